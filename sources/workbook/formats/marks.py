"""What calamine does not say of a sheet, and the letters of columns.

Belongs here: the words of the modules that find it, one a format (``*_marks``, ``cell_errors``). Does not: finding it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

NO_STORED_RESULT = "formule sans résultat enregistré"
WRITTEN_TWICE = "cellule écrite deux fois"
"""How what a cell shows begins, in ``SheetMarks.errors``, where the file gives it two values."""

MOST_COLUMNS = 16_384

STRUCK = "barré"
EXPONENT = "en exposant ou en indice"
HIDDEN = "rien"
BY_RULE = "autre chose, selon une règle de mise en forme"
SCALED = "en milliers ou en millions"
PALE = "de la couleur du fond"
MONTH_FIRST = "avec le mois avant le jour"
VOLATILE = "calculé à partir de la date du jour"
TODAY = (b"TODAY()", b"NOW()")
"""In a formula, as files have them in every language."""

NOTE, BOX = "note", "zone de texte"

MergedRange = tuple[int, int, int, int]

MOST_MERGED = 10_000
"""Merged ranges beyond which no more are looked at: nobody makes so many by hand."""


@dataclass(frozen=True)
class SheetMarks:
    """What calamine does not say of a sheet; rows and columns are 0-based.

    ``errors``: (row, column) → what a spreadsheet shows there. ``merged``: (first row, first column, last row, last
    column) of each merged range. ``empty_formulas``: the formulas that give an empty text: in an xls or an xlsb
    one that was never computed cannot be told from one that gives nothing. ``percentages``: the numbers that
    are shown as percentages (0.4 shown as 40 %). ``looks``: (row, column) → ``STRUCK``, ``EXPONENT``,
    ``HIDDEN``, ``BY_RULE``, ``PALE``, ``VOLATILE``, or what the format of a number writes beside it (« k€ »).
    ``notes``: (row, column) → ``NOTE`` or ``BOX`` that lies over the cell.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[MergedRange, ...] = ()
    empty_formulas: frozenset[tuple[int, int]] = frozenset()
    percentages: frozenset[tuple[int, int]] = frozenset()
    looks: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)


def column_index(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


@lru_cache(maxsize=20_000)
def column_letters(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
