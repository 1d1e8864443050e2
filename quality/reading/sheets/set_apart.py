"""Rows among the answers that are none: headings repeated, totals, boxes that nobody ticked.

Belongs here: telling them from answers, and saying so once for each cause. Does not: rows that the template greys
(``sheet_rows``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from quality.reading.normalise import label_key
from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.template.layout import Sheet

Rows = list[tuple[int, list[str]]]
"""Spreadsheet row number and cells."""

_UNTICKED = frozenset({"non", "faux", "false", "0", "n", "no"})
_TOTAL = re.compile(r"(?:sous )?(?:totale?s?|totaux|sommes?|moyennes?|medianes?)(?: \w+){0,2}")
_LONGEST_SUSPECT = 80
_UNTICKED_BOXES, _REPEATED_HEADINGS, _TOTALS = "I0494", "I0491", "W0391"
OTHER_HEADINGS = "E0395"
"""Refuses rows, and not the file."""
_FEWEST_HEADINGS = 3
_NUMBER = re.compile(r"[\d\s.,%€-]*")


class _Columns(NamedTuple):
    """Where what tells the rows apart stands; ``headings``: position → what a repeated heading says there."""

    boxes: list[int]
    others: list[int]
    required: list[int]
    headings: dict[int, set[str]]
    heading_keys: set[str]


@lru_cache(maxsize=64)
def _columns(sheet: Sheet, positions: tuple[tuple[str, int], ...], headings: tuple[str, ...]) -> _Columns:
    """Files made from one template have their columns at the same places."""
    at_code = dict(positions)
    columns = [column for column in sheet.columns if column.code in at_code]
    keys = {
        (at := at_code[column.code]): {
            label_key(headings[at]) if at < len(headings) else "",
            label_key(column.code),
            label_key(column.label),
        }
        for column in columns
    }
    return _Columns(
        sorted(at_code[column.code] for column in columns if column.kind == "boolean"),
        sorted(at_code[column.code] for column in columns if column.kind != "boolean"),
        [at_code[column.code] for column in columns if column.required],
        keys,
        set().union(*keys.values()) - {""},
    )


class Apart:
    """Sorts the rows of one sheet: what is an answer, and what is set apart."""

    def __init__(self, sheet: Sheet, positions: Mapping[str, int], headings: Sequence[str]) -> None:
        columns = _columns(sheet, tuple(positions.items()), tuple(headings))
        self._boxes, self._others, self._required, self._headings, self._heading_keys = columns
        self._suspects: dict[str, bool] = {}
        self.refused: frozenset[int] = frozenset()

    def answers(self, rows: Rows, sheet_name: str, in_error: Container[int]) -> tuple[Rows, Rows, list[Problem]]:
        """The rows that are read (boxes alone that nobody ticked are no row), the answers among them, what is said.

        ``in_error``: the numbers of rows that show an error somewhere. ``refused``: set to the numbers of the answers
        of a second table.
        """
        if self._are_cleared(rows):
            return rows, rows, []
        found: dict[str, list[int]] = {}
        in_second = False
        for number, row in rows:
            rule = self._rule(row)
            if rule in (_REPEATED_HEADINGS, OTHER_HEADINGS):
                in_second = rule == OTHER_HEADINGS
            elif in_second and rule != _UNTICKED_BOXES:
                rule = OTHER_HEADINGS
            if rule and not (rule == _UNTICKED_BOXES and number in in_error):
                found.setdefault(rule, []).append(number)
        if not found:
            return rows, rows, []
        apart = {number for numbers in found.values() for number in numbers}
        self.refused = frozenset(found.get(OTHER_HEADINGS, ()))
        unticked = set(found.get(_UNTICKED_BOXES, ()))
        said = [
            Problem(rule, sheet_name, numbers[0], found=f"{counted(len(numbers), 'ligne')} ({said_rows(numbers)})")
            for rule, numbers in found.items()
        ]
        read = [(number, row) for number, row in rows if number not in unticked]
        return read, [(number, row) for number, row in read if number not in apart], said

    def _rule(self, row: Sequence[str]) -> str | None:
        """By which rule the row is set apart; its first cell clears most rows at once."""
        first = self._first_filled(row)
        if first is None:
            return _UNTICKED_BOXES if self._is_unticked(row) else None
        if not self._is_suspect(row[first]):
            return None
        if self._repeats_headings(row):
            return _REPEATED_HEADINGS
        if self._has_other_headings(row):
            return OTHER_HEADINGS
        return _TOTALS if self._is_total(row, first) else None

    def _are_cleared(self, rows: Rows) -> bool:
        """Whether every row has a text in its first column that clears it: those of most sheets have."""
        if not self._others:
            return not rows
        first = self._others[0]
        texts = {row[first] if first < len(row) else "" for _, row in rows}
        return not any(not text or text.isspace() or self._is_suspect(text) for text in texts)

    def _is_suspect(self, text: str) -> bool:
        """Whether the row that begins so may be none."""
        if text not in self._suspects:
            key = label_key(text) if len(text) <= _LONGEST_SUSPECT else ""
            self._suspects[text] = key in self._heading_keys or bool(_TOTAL.fullmatch(key))
        return self._suspects[text]

    def _first_filled(self, row: Sequence[str]) -> int | None:
        width = len(row)
        return next((at for at in self._others if at < width and row[at] and not row[at].isspace()), None)

    def _is_unticked(self, row: Sequence[str]) -> bool:
        """Whether the boxes, which are all that the row holds, are not ticked."""
        ticks = [row[at] for at in self._boxes if at < len(row) and row[at].strip()]
        return bool(ticks) and all(label_key(tick) in _UNTICKED for tick in ticks)

    def _repeats_headings(self, row: Sequence[str]) -> bool:
        """Two cells at least, and all that the row holds."""
        filled = [(at, row[at]) for at in self._headings if at < len(row) and row[at].strip()]
        return len(filled) > 1 and all(label_key(text) in self._headings[at] for at, text in filled)

    def _has_other_headings(self, row: Sequence[str]) -> bool:
        """Most of its cells are headings, and one of them stands where another column is read, or none."""
        filled = [(at, label_key(text)) for at, text in enumerate(row) if text.strip()]
        named = [(at, key) for at, key in filled if key in self._heading_keys]
        is_heading = len(named) >= _FEWEST_HEADINGS and 2 * len(named) > len(filled)
        return is_heading and any(key not in self._headings.get(at, ()) for at, key in named)

    def _is_total(self, row: Sequence[str], first: int) -> bool:
        """Its first cell says so, and no other cell that an answer must have holds more than a number."""
        if not _TOTAL.fullmatch(label_key(row[first])):
            return False
        others = [row[at] for at in self._required if at < len(row) and at != first]
        return bool(others) and all(_NUMBER.fullmatch(text) for text in others)
