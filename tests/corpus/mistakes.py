"""What a busy person does to a workbook: mistakes invented by somebody who did not write the code that reads them.

Belongs here: files made as those programs and people make them. Does not: what is expected of them (``expected.csv``).
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from sources.referential.loader import load_referential
from sources.workbook.template.examples import example_row
from sources.workbook.template.layout import workbook_layout
from tests.corpus.make import BASE, CSV_ROWS, OWN, Tables, by_sheetjs, converted, put, tables, text, workbook

_DAY = "15/03/2026"
_ASKED = ["Code de l'évaluateur", "Rôle", "Cas d'usage", "Date de l'évaluation", "IMP_1_1", "EFF_1_1", "IMP_1_2"]
_HEADINGS = [*_ASKED, "Commentaire"]
_FIRST = ["MED-01", "Médecin", OWN, _DAY]
_SECOND = ["DSI-01", "DSI", "CAT-001", _DAY]
_ANSWERS = ["Fort", "Faible", "Moyen", None]
_MEASURES = ["Coût estimé (€)", "Minutes gagnées par personne et par jour", "Personnes concernées"]
_TARGETS = ["Cas d'usage", "Indicateur", "Valeur initiale", "Valeur cible", "Valeur observée"]


def mistakes() -> dict[str, bytes]:
    """File name → content."""
    return answers() | shapes() | numbers() | places() | looks() | other_programs()


def _evaluations(*rows: list[Any], headings: list[str] = _HEADINGS) -> Tables:
    return BASE | {"Évaluations": [headings, *rows]}


def _measured(*rows: list[Any]) -> Tables:
    """Use cases with these costs, minutes and people."""
    described = [[f"690781810-{n}", f"Tri n° {n}", "Lire moins", "Pilotage & Gestion", "Générative"] for n in (1, 2, 3)]
    headings = [*BASE["Cas d'usage"][0][:5], *_MEASURES]
    return BASE | {"Cas d'usage": [headings, *([*own, *row] for own, row in zip(described, rows, strict=False))]}


def answers() -> dict[str, bytes]:
    """Answers in somebody's own way."""

    def ticked(book: openpyxl.Workbook) -> None:
        for cell in ("E2", "F2"):
            book["Évaluations"][cell].font = Font(name="Wingdings")

    def coloured(book: openpyxl.Workbook) -> None:
        book["Évaluations"]["E2"].fill = PatternFill("solid", fgColor="00FF00")

    ditto = [
        [*_FIRST, "Fort", "Faible", "Moyen", None],
        ["idem", "idem", "CAT-001", "idem", "idem", "Fort", '"', "〃"],
        ["DSI-01", "DSI", "CAT-002", "''", "-//-", "Fort", '"', "idem"],
    ]
    two = [
        [*_FIRST, "Fort/Moyen", "Faible (Moyen en été)", "Moyen → Fort"],
        [*_SECOND, "Pas Fort", "Fort, car très utile", "F"],
    ]
    return {
        "vecu-idem.xlsx": workbook(_evaluations(*ditto)),
        "vecu-deux-reponses.xlsx": workbook(_evaluations(*two)),
        "vecu-coches-wingdings.xlsx": workbook(_evaluations([*_FIRST, "ü", "û", "✓", None]), ticked),
        "vecu-couleurs.xlsx": workbook(_evaluations([*_FIRST, None, None, None, None]), coloured),
        "vecu-echelle-en-chiffres.xlsx": workbook(_evaluations([*_FIRST, 2, 0, 1, None])),
        "vecu-deux-evaluateurs.xlsx": workbook(
            _evaluations(["MED-01, MED-02", *_FIRST[1:], *_ANSWERS], ["MED-03/04", *_SECOND[1:], *_ANSWERS])
        ),
        "vecu-codes-tires.xlsx": workbook(
            _evaluations(*([f"MED-0{n}", "Médecin", f"CAT-00{n}", _DAY, *_ANSWERS] for n in range(1, 6)))
        ),
        "vecu-annee-changee.xlsx": workbook(_evaluations([*_FIRST[:3], "15/03/2025", *_ANSWERS])),
        "vecu-campagne-en-chiffres.xlsx": workbook(tables(et=put(1, 1, 2026))),
    }


def shapes() -> dict[str, bytes]:
    """Tables laid out in somebody's own way."""
    first, second = [*_FIRST, *_ANSWERS], [*_SECOND, *_ANSWERS]
    turned = [list(column) for column in zip(_HEADINGS, first, second, strict=True)]
    doubled = _evaluations([*first, "Moyen", "très utile"], headings=[*_HEADINGS, "IMP_1_1", "Commentaire"])
    doubled["Évaluations"][1][7] = "utile"
    layout = {sheet.code: sheet for sheet in workbook_layout(load_referential())}
    asked = layout["evaluations"].columns
    example = [example_row(layout["evaluations"])[column.code] for column in asked]
    names = list(load_referential().labels("use_cases").items())[:6]
    moved = [[code, name, "Lire moins", None, None] for (code, _), (_, name) in itertools.pairwise(names)]
    return {
        "vecu-tableaux-cote-a-cote.xlsx": workbook(
            _evaluations([*first, None, *second], headings=[*_HEADINGS, "", *_HEADINGS])
        ),
        "vecu-titres-en-double.xlsx": workbook(doubled),
        "vecu-exemple-laisse.xlsx": workbook(
            BASE | {"Évaluations": [[column.label for column in asked], ["MED-07", *example[1:]]]}
        ),
        "vecu-transpose.xlsx": workbook(BASE | {"Évaluations": turned}),
        "vecu-evaluateur-en-section.xlsx": workbook(
            _evaluations(["MED-01 (Médecin)"], [None, *first[1:]], [None, *second[1:]])
        ),
        "vecu-une-ligne-par-question.xlsx": workbook(
            _evaluations([*_FIRST, "IMP_1_1", "Fort"], headings=[*_ASKED[:4], "Question", "Réponse"])
        ),
        "vecu-reponses-fusionnees.xlsx": workbook(
            _evaluations([*_FIRST, "Fort", None, None, None]), lambda book: book["Évaluations"].merge_cells("E2:G2")
        ),
        "vecu-codes-decales.xlsx": workbook(BASE | {"Cas d'usage": [BASE["Cas d'usage"][0][:5], *moved]}),
    }


def numbers() -> dict[str, bytes]:
    """Numbers, days and measures in somebody's own way."""
    targets = [
        _TARGETS,
        [OWN, "Taux de tri (%)", 0.4, 0.8, 60],
        [OWN, "Délai (jours)", 0.4, 12, 60],
        [OWN, "Courriers", "1.200", "≥ 1 500", "1'800"],
    ]

    def shown_in_hundredths(book: openpyxl.Workbook) -> None:
        for cell in ("C2", "D2", "C3"):
            book["Objectifs"][cell].number_format = "0%"

    percentages = workbook(BASE | {"Objectifs": targets}, shown_in_hundredths)
    days = [
        ["Cas d'usage", "Code de la solution", "Date : PoC", "Date : pilote", "Lien vers la preuve"],
        [OWN, "SOL-1", "T1 2026", "mars 2026", "Rapport"],
        ["CAT-001", "SOL-1", "15/03/26", "15/3/2025 (prévu)", "https://chu.example/rapport"],
    ]
    solutions = [["Code de la solution", "Nom de la solution"], ["SOL-1", "Trieur"]]
    return {
        "vecu-comptable.xlsx": workbook(
            _measured(["(450)", "20", "12 pers."], ["450,-", "20 min", 12], [-450, 20, 12])
        ),
        "vecu-k-euros.xlsx": workbook(_measured(["45 k€", "0h20", "12-15"], ["1,2 M€", "1h30", "~12"])),
        "vecu-durees.xlsx": workbook(_measured([45000, dt.time(0, 20), 12], [45000, dt.timedelta(minutes=90), 12])),
        "vecu-fractions.xlsx": workbook(
            _measured(["45e3", dt.datetime(2026, 2, 1), "½"], [45000, "1/2", dt.datetime(2026, 12, 1)])
        ),
        "vecu-chiffres-d-ailleurs.xlsx": workbook(_measured(["４５０００", "٢٠", "²"], ["45000²", 20, "XII"])),
        "vecu-dates-et-liens.xlsx": workbook(BASE | {"Projets": days, "Solutions": solutions}),
        "vecu-pourcentages.xlsx": percentages,
        "vecu-pourcentages.xls": converted(percentages, "xlsx", "xls:MS Excel 97"),
        "vecu-pourcentages.ods": converted(percentages, "xlsx", "ods"),
        "vecu-pourcentages.fods": converted(percentages, "xlsx", "fods"),
    }


def places() -> dict[str, bytes]:
    """Answers where nobody looks for them."""

    def filtered(book: openpyxl.Workbook) -> None:
        sheet = book["Évaluations"]
        sheet.auto_filter.ref = "A1:H3"
        sheet.row_dimensions[3].hidden = True

    first, second = [*_FIRST, *_ANSWERS], [*_SECOND, *_ANSWERS]
    elsewhere = "='[autre.xlsx]Feuil1'!A1"
    explaining = {"Critères": [["Code", "Question"], ["IMP_1_1", "Amélioration du parcours patient", None, "Fort"]]}
    return {
        "vecu-marge.xlsx": workbook(_evaluations([*_FIRST, "", "Faible", "Moyen", None, "Fort"])),
        "vecu-filtre.xlsx": workbook(_evaluations(first, second), filtered),
        "vecu-formule-d-un-autre-classeur.xlsx": workbook(_evaluations([*_FIRST, elsewhere, "Faible", "Moyen", None])),
        "vecu-reponse-dans-criteres.xlsx": workbook(BASE | explaining),
    }


def looks() -> dict[str, bytes]:
    """Answers taken back by striking them out, a unit in a format, a remark in a note: in each format."""

    def dressed(book: openpyxl.Workbook) -> None:
        sheet = book["Évaluations"]
        sheet["E2"].font = Font(strike=True)
        sheet["F2"].value = CellRichText("Mo", TextBlock(InlineFont(strike=True), "yen"))
        sheet["E3"].comment = Comment("Plutôt faible la nuit", "Service")
        book["Cas d'usage"]["F2"].number_format = '0" k€"'

    source = workbook(BASE, dressed)
    return {
        "vecu-apparences.xlsx": source,
        "vecu-apparences.xls": converted(source, "xlsx", "xls:MS Excel 97"),
        "vecu-apparences.ods": converted(source, "xlsx", "ods"),
        "vecu-apparences.fods": converted(source, "xlsx", "fods"),
        "vecu-apparences.xlsb": by_sheetjs(source, "xlsb"),
        "vecu-apparences.xml": by_sheetjs(source, "xlml"),
    }


def other_programs() -> dict[str, bytes]:
    """What other programs make of the template, or add to it."""
    exported = {"Récapitulatif de l’exportation": [["Ce document a été exporté depuis Numbers."]]}
    exported |= {f"{name} - Tableau 1": [[f"{name} - Tableau 1"], *rows] for name, rows in BASE.items()}
    plain = text(CSV_ROWS, ";", "utf-8")
    lost = [CSV_ROWS[0], [*CSV_ROWS[1][:5], "6,90782E+08", "Campagne 2026"]]
    return {
        "vecu-numbers.xlsx": workbook(exported),
        "vecu-finess-arrondi.csv": text(lost, ";", "utf-8"),
        "vecu-pied-de-page.csv": plain + "Exporté le 12/11/2026;;;;;;\r\n2 lignes\r\n".encode(),
        "vecu-remarque-en-tete.csv": b"# export du 12/11/2026\r\n" + plain,
    }
