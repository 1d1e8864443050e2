"""The sheets of the template that explain and are not read back: Lisez-moi, Catalogue, Critères."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from sources.referential.loader import Referential
from sources.workbook.template.layout import TEMPLATE_VERSION, Sheet, level_labels, workbook_layout
from sources.workbook.template.template_sheets import CATALOGUE_SHEET, CRITERIA_SHEET, READ_ME_SHEET

ORIGINS = {"seed": "Webinaire du GCS", "public": "Document public", "proposed": "Proposition, à confirmer par le GCS"}

_FIRST_STEPS = (
    ("1. Établissement", "Écrivez votre numéro FINESS juridique et choisissez la campagne."),
    (
        "2. Cas d'usage",
        "NOMMER chaque cas d'usage, le RATTACHER à un axe. La feuille « Catalogue » donne ceux de référence.",
    ),
)
_LAST_STEPS = (
    (
        "5. Déposer",
        "Enregistrez le classeur et déposez-le dans le dossier de votre établissement. La réponse arrive quelques "
        "secondes plus tard dans votre dossier de réponses : ce qui a été pris et, cellule par cellule, ce qu'il faut "
        "corriger.",
    ),
    ("Corriger", "Corrigez ce même classeur et déposez-le à nouveau en entier : il remplace le précédent."),
    (
        "Données personnelles",
        "Ni nom de personne, ni donnée de patient : un évaluateur est désigné par un code (MED-01).",
    ),
)
ROW_STEPS = (
    *_FIRST_STEPS,
    (
        "3. Solutions et projets",
        "Dites quelle solution met en œuvre le cas d'usage, et à quelle date chaque statut a été atteint.",
    ),
    (
        "4. Évaluations",
        "Une ligne par évaluateur et par cas d'usage. Une réponse vide veut dire « non évalué », et non « Faible ».",
    ),
    *_LAST_STEPS,
)
GRID_STEPS = (
    *_FIRST_STEPS,
    (
        "3. Évaluer",
        "Une colonne par évaluateur et par cas d'usage : choisissez le cas d'usage par son nom, puis répondez vers le "
        "bas. Ce que veut dire chaque réponse est écrit à gauche ; ce qui manque est en orange, et « Avancement » fait "
        "le compte. "
        "Une réponse vide veut dire « non évalué », et non « Faible ».",
    ),
    (
        "4. Si vous en avez",
        "Les feuilles « Objectifs », « Solutions » et « Projets » sont masquées tant qu'elles sont vides : clic droit "
        "sur un onglet, « Afficher » ; ou prenez le classeur complet sur la page « Mes envois ».",
    ),
    *_LAST_STEPS,
)
_OF_GRID = "grille"
_EFFECTS = {"+": "ajoute", "-": "retranche", None: "ne compte pas dans le score"}
_TEXT_WIDTH = 96
_PAGE_WIDTH = 200
_LINE_HEIGHT = 16


@lru_cache(maxsize=4)
def explained(referential: Referential) -> dict[str, list[list[str]]]:
    """Name of each of these sheets → what the template writes there, row by row."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        write_read_me(workbook, workbook.add_worksheet(READ_ME_SHEET), workbook_layout(referential))
        write_catalogue(workbook, workbook.add_worksheet(CATALOGUE_SHEET), referential)
        write_criteria(workbook, workbook.add_worksheet(CRITERIA_SHEET), referential)
        write_read_me(workbook, workbook.add_worksheet(_OF_GRID), workbook_layout(referential), GRID_STEPS)
    read = CalamineWorkbook.from_filelike(BytesIO(stream.getvalue()))
    told = {
        name: [list(map(str, row)) for row in read.get_sheet_by_name(name).to_python()] for name in read.sheet_names
    }
    return told | {READ_ME_SHEET: [*told[READ_ME_SHEET], *told.pop(_OF_GRID)]}


def write_read_me(
    workbook: xlsxwriter.Workbook,
    worksheet: Worksheet,
    layout: tuple[Sheet, ...],
    steps: tuple[tuple[str, str], ...] = ROW_STEPS,
) -> None:
    """How to fill the workbook, on one page."""
    title = workbook.add_format({"bold": True, "font_size": 16, "font_color": "#0F4C5C"})
    strong = workbook.add_format({"bold": True, "valign": "top", "text_wrap": True})
    plain = workbook.add_format({"text_wrap": True, "valign": "top"})
    worksheet.hide_gridlines(2)
    worksheet.set_column(0, 0, 26)
    worksheet.set_column(1, 1, _TEXT_WIDTH)
    fit_for_print(worksheet)
    worksheet.write(0, 0, "Cartographie des cas d'usage de l'IA", title)
    worksheet.write(1, 0, f"GCS HOURAA – modèle de classeur, version {TEMPLATE_VERSION}")
    row = 3
    for step, text in steps:
        worksheet.set_row(row, _LINE_HEIGHT * (1 + len(text) // _TEXT_WIDTH))
        worksheet.write(row, 0, step, strong)
        worksheet.write(row, 1, text, plain)
        row += 1
    worksheet.write(row + 1, 0, "Les feuilles", title)
    row += 2
    for sheet in layout:
        worksheet.write(row, 0, sheet.label, strong)
        worksheet.write(row, 1, f"Une ligne est {sheet.row_means}.", plain)
        row += 1
    hint = (
        "Titres sur fond foncé : obligatoires. Sur fond clair : facultatifs. "
        "Gardez les titres et le code écrit sous chacun."
    )
    worksheet.write(row + 1, 1, hint, plain)


def fit_for_print(worksheet: Worksheet, width: int = 0) -> None:
    """Landscape, A4, as wide as one page; as many as it takes to be read where ``width`` (in characters) is given."""
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(max(1, round(width / _PAGE_WIDTH)), 0)


def write_catalogue(workbook: xlsxwriter.Workbook, worksheet: Worksheet, referential: Referential) -> None:
    """The reference use cases, to choose from."""
    axes, functions = referential.labels("axes"), referential.labels("functions")
    of_use_case: dict[str, list[str]] = {}
    for use_case, function in (
        referential.table("use_case_functions").select("use_case_code", "function_code").iter_rows()
    ):
        of_use_case.setdefault(use_case, []).append(functions[function])
    rows = [
        (
            row["code"],
            row["label"],
            axes.get(row["axis_code"], "Non rattaché"),
            " ; ".join(of_use_case.get(row["code"], [])),
            ORIGINS[row["origin"]],
        )
        for row in referential.table("use_cases").iter_rows(named=True)
    ]
    _write_table(
        workbook,
        worksheet,
        [("Code", 12), ("Cas d'usage", 60), ("Axe", 34), ("Fonctions IA", 40), ("Origine", 34)],
        rows,
    )


def write_criteria(workbook: xlsxwriter.Workbook, worksheet: Worksheet, referential: Referential) -> None:
    """Each question: what it asks, how it counts, where it comes from."""
    criteria = referential.labels("criteria")
    levels = {scale: " / ".join(labels.values()) for scale, labels in level_labels(referential).items()}
    rows = [
        (
            row["code"],
            row["label"],
            criteria[row["criterion_code"]] if "criterion_code" in row else "Point d'attention",
            levels[row["scale_code"]],
            _EFFECTS[row.get("polarity")],
            row["help"] or "",
            ORIGINS[row["origin"]],
        )
        for table in ("subcriteria", "attention_points")
        for row in referential.table(table).iter_rows(named=True)
    ]
    headings = [
        ("Code", 10),
        ("Question", 44),
        ("Critère", 44),
        ("Réponses", 30),
        ("Effet sur le critère", 22),
        ("Précision", 70),
        ("Origine", 34),
    ]
    _write_table(workbook, worksheet, headings, rows)


def _write_table(
    workbook: xlsxwriter.Workbook,
    worksheet: Worksheet,
    headings: Sequence[tuple[str, int]],
    rows: Sequence[tuple[str, ...]],
) -> None:
    heading = workbook.add_format({"bold": True, "bg_color": "#DCE8EC", "border": 1, "border_color": "#B7C4CF"})
    plain = workbook.add_format({"text_wrap": True, "valign": "top"})
    for position, (label, width) in enumerate(headings):
        worksheet.set_column(position, position, width)
        worksheet.write(0, position, label, heading)
    for index, row in enumerate(rows, start=1):
        lines = max(1 + len(text) // width for text, (_, width) in zip(row, headings, strict=True))
        worksheet.set_row(index, _LINE_HEIGHT * lines)
        for position, text in enumerate(row):
            worksheet.write_string(index, position, text, plain)
    fit_for_print(worksheet)
    worksheet.repeat_rows(0)
    worksheet.freeze_panes(1, 1)
    worksheet.autofilter(0, 0, len(rows), len(headings) - 1)
