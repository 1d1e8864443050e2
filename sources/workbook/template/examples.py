"""The greyed example row of each sheet: one plausible answer, recognised by its first word and never read.

Belongs here: the texts of examples. Does not: how they are drawn (``template``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sources.workbook.template.layout import Column, Sheet
from sources.workbook.template.template_sheets import EXAMPLE

_TEXTS: dict[tuple[str, str], str] = {
    ("cas_usage", "cas_usage"): "690781810-1",
    ("cas_usage", "nom"): "Aide au repérage des fractures aux urgences",
    ("cas_usage", "besoin"): "Prioriser la lecture des radiographies et limiter les oublis la nuit",
    ("cas_usage", "minutes_jour"): "20",
    ("cas_usage", "personnes"): "12",
    ("cas_usage", "cout_eur"): "45000",
    ("cas_usage", "gain_annuel_eur"): "30000",
    ("objectifs", "cas_usage"): "690781810-1",
    ("objectifs", "indicateur"): "Délai de lecture d'une radiographie (minutes)",
    ("objectifs", "initial"): "90",
    ("objectifs", "cible"): "45",
    ("solutions", "solution"): "SOL-01",
    ("solutions", "nom"): "Lecture assistée des radiographies",
    ("solutions", "hebergement"): "Hébergeur HDS externe",
    ("solutions", "interoperabilite"): "DICOM, HL7",
    ("projets", "cas_usage"): "690781810-1",
    ("projets", "solution"): "SOL-01",
    ("evaluations", "evaluateur"): "MED-01",
    ("evaluations", "cas_usage"): "690781810-1",
    ("evaluations", "commentaire"): "Gain surtout la nuit et le week-end",
}
_DATES = ("13/01/2025", "02/06/2025", "15/03/2026")
"""The first dates of a row; the later ones stay empty, as for a project that has not come so far."""


def example_row(sheet: Sheet) -> dict[str, Any]:
    """Column code → text, its first column beginning with « Exemple »; empty for the sheet of the submission."""
    first = sheet.columns[0].code
    if (sheet.code, first) not in _TEXTS:
        return {}
    dates = iter(_DATES)
    row = {column.code: _text(sheet, column, dates) for column in sheet.columns}
    return row | {first: f"{EXAMPLE} : {row[first]}"}


def _text(sheet: Sheet, column: Column, dates: Iterator[str]) -> str | None:
    if (sheet.code, column.code) in _TEXTS:
        return _TEXTS[sheet.code, column.code]
    match column.kind:
        case "choice" | "choices":
            return column.offered[0]
        case "date":
            return next(dates, None)
        case _:
            return None
