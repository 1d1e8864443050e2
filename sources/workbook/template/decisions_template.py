"""Writing the workbook of decisions, from its layout.

Belongs here: how it looks and how to use it. Does not: what it asks (``decisions_layout``), which use cases it lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from sources.referential.loader import Referential
from sources.workbook.template.decisions_layout import decisions_layout
from sources.workbook.template.drop_down import DropDownLists
from sources.workbook.template.read_me import add_read_me
from sources.workbook.template.template import Styles, write_sheet
from sources.workbook.template.template_sheets import LISTS_SHEET

_READ_ME = (
    "Décisions de comité",
    "Une ligne est la décision d'un comité sur un cas d'usage, pour un périmètre, à une date.",
    "Remplissez la date du comité, la décision, le motif et le rôle du décideur ; une ligne où rien n'est décidé n'est "
    "pas prise.",
    "Le résultat calculé est donné pour mémoire : la décision est la vôtre, et les tableaux de bord montrent les deux.",
    "Corriger : renvoyez la même ligne (même cas d'usage, même périmètre, même date) ; la plus récente compte.",
    "Défaire : renvoyez la ligne avec « oui » dans « Retrait ». Rien n'est effacé : l'historique reste.",
    "Écrivez une instance ou une fonction, jamais le nom d'une personne.",
    "Enregistrez, puis déposez le classeur dans le dossier de dépôt des coordinateurs (intake/_coordination). "
    "La réponse arrive dans receipts/_coordination.",
)


def write_decisions_template(path: Path, referential: Referential, rows: Sequence[Mapping[str, Any]] = ()) -> Path:
    """Write the workbook at ``path`` with a row for each of ``rows`` (column code → value), and return the path.

    Raises ``OSError`` when the file cannot be written.
    """
    [sheet] = decisions_layout(referential)
    options = {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": "Décisions de comité"})
        worksheet = workbook.add_worksheet(sheet.label)
        add_read_me(workbook, _READ_ME)
        write_sheet(worksheet, sheet, Styles(workbook), DropDownLists(workbook.add_worksheet(LISTS_SHEET)), rows)
        worksheet.activate()
    return path
