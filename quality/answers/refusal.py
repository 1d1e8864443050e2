"""Why a file was refused whole, in one or two sentences: one cell may be the reason, far from the rows that it costs.

Belongs here: saying it. Does not: deciding it (``verdicts``).
"""

from __future__ import annotations

from collections.abc import Sequence

from quality.rules.rules import Problem
from sources.workbook.reading import CSV_SHEET

_NOTHING = "Rien n'a été pris de ce fichier"
_COLUMN_MISSING = "E0102"


def why_refused(because: Sequence[Problem]) -> str:
    """``because``: the problems that refuse the file, those of one place first; none says only that it is."""
    if not because:
        return f"{_NOTHING}."
    first = because[0]
    if first.sheet is None or f"« {first.sheet} »" in first.rule.sentence:
        return f"{_NOTHING} : {_lowered(first.rule.sentence)}"
    cells = list(dict.fromkeys(each.cell for each in because if each.cell and each.sheet == first.sheet))
    place = f"{_NOTHING}, à cause de {_sheet(first.sheet)}{_cells(cells)}"
    if first.rule_code == _COLUMN_MISSING:
        return f"{place} : la colonne « {first.column} » manque."
    what = "il y a des erreurs" if len(cells) > 1 else _lowered(first.rule.sentence).rstrip(".")
    it = "ces colonnes disent" if first.sheet == CSV_SHEET else "cette feuille dit"
    return f"{place} : {what}. Corrigez d'abord cela, car {it} de qui vient tout le fichier."


def _sheet(name: str) -> str:
    return "ses colonnes d'établissement et de campagne" if name == CSV_SHEET else f"la feuille « {name} »"


def _cells(cells: list[str]) -> str:
    if not cells:
        return ""
    *others, last = cells
    return f" (cellules {', '.join(others)} et {last})" if others else f" (cellule {last})"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
