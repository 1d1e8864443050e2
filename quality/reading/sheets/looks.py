"""What is said of cells whose look changes what a person reads there: struck out, with an exponent, in another unit.

Belongs here: which looks matter in which column, and those words. Does not: finding them (``sources.workbook``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from quality.reading.headings.heading_meaning import measures
from quality.reading.normalise import as_shown, label_key
from quality.reading.sheets.unseen import MOST_CELLS
from quality.reading.values.column_values import NUMBER_KINDS
from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from sources.workbook.formats.marks import BY_RULE, EXPONENT, HIDDEN, MONTH_FIRST, PALE, SCALED, STRUCK, VOLATILE
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import Column

if TYPE_CHECKING:
    from quality.reading.sheets.sheet_rows import FoundSheet

_OF_WHOLE_ROWS = {STRUCK: ("W0395", "ligne barrée"), PALE: ("W0396", f"ligne écrite {PALE}")}
_ORDINARY = (
    "ht",
    "ttc",
    "hors",
    "taxes",
    "environ",
    "soit",
    "par",
    "pour",
    "de",
    "d",
    "a",
    "la",
    "le",
    "les",
    "et",
    "en",
)
"""Words beside a number that change nothing of it."""
_SHORTEST_CUT = 3
_A_WHOLE_ROW = 3
"""Cells of one such look in one row from which the row is told, and not each cell."""


def said_of_looks(raw: RawSheet, found: FoundSheet) -> Iterator[Problem]:
    """One problem for each cell of an answered row whose look matters; a row struck out, or many alike, at once."""
    if not raw.looks:
        return
    rows = dict(found.rows)
    codes = {position: code for code, position in found.positions.items()}
    looks = {
        (row + 1, codes[position]): look
        for (row, position), look in sorted(raw.looks.items())
        if row + 1 in rows and position in codes
    }
    alike_in_row = Counter((number, look) for (number, _), look in looks.items() if look in _OF_WHOLE_ROWS)
    whole = {place: count for place, count in alike_in_row.items() if count >= _A_WHOLE_ROW}
    for (number, look), count in whole.items():
        rule, words = _OF_WHOLE_ROWS[look]
        yield Problem(rule, raw.name, number, found=f"{words} ({count} cellules)", expected="lue comme les autres")
    alike: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for (number, code), look in looks.items():
        told = _told(look, found.sheet.column(code))
        if told and (number, look) not in whole:
            alike[code, *told].append(number)
    for (code, rule, what), numbers in alike.items():
        column, at = found.sheet.column(code), found.positions[code]
        if len(numbers) > MOST_CELLS:
            where = f"{len(numbers)} cellules, {said_rows(numbers)}"
            yield Problem(rule, raw.name, column=column.label, found=what, expected=where)
            continue
        for number in numbers:
            shown = as_shown(rows[number][at], column)
            yield Problem(
                rule, raw.name, number, column.label, found.cell(number, code), shown, f"lu comme « {shown} » ; {what}"
            )


def _told(look: str, column: Column) -> tuple[str, str] | None:
    """By which rule, and in which words; nothing of a look that says nothing else than the cell."""
    if look in (STRUCK, EXPONENT):
        return "W0395", f"tout ou partie est {look}"
    if look == VOLATILE:
        return "W0394", look
    if look == PALE:
        return "W0396", f"écrit {look}"
    if look == SCALED:
        return "W0396", f"montré {look}, sans le dire"
    if look == HIDDEN:
        return "W0396", "le format de la cellule ne montre pas sa valeur"
    if look == MONTH_FIRST:
        return ("W0396", f"montré {look}") if column.kind == "date" else None
    if look == BY_RULE:
        return "W0396", f"peut être montré comme {look}"
    if column.kind == "measure" or (column.kind in NUMBER_KINDS and _says_more(look, column)):
        return "W0396", f"montré avec « {look} »"
    return None


def _says_more(look: str, column: Column) -> bool:
    """Whether what stands beside a number says something that the column does not: another unit, another period.

    A measure of the column that is not its unit is another one: « 20 jours » in minutes « par jour ».
    """
    if measures(look) - measures(column.label):
        return True
    is_of_period = label_key(look).startswith(("par ", "pour "))
    if column.unit and not is_of_period and measures(look) and not measures(look) & measures(column.unit):
        return True
    asked = [*label_key(f"{column.label} {column.unit}").split(), *_ORDINARY]
    return any(not measures(word) and not _is_among(word, asked) for word in label_key(look).split())


def _is_among(word: str, asked: list[str]) -> bool:
    """Whether a word is one of these, whole or cut short (« pers. »)."""
    return any(one == word or (len(word) >= _SHORTEST_CUT and one.startswith(word)) for one in asked)
