"""The columns of the template that a sheet with answers has not: nothing can be read from what was deleted.

Belongs here: naming them. Does not: required columns, without which a sheet is refused (``sheet_rows``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE

if TYPE_CHECKING:
    from quality.reading.sheets.sheet_rows import FoundSheet

_MOST_NAMED = 12
_NEARLY_ALL = 0.9
"""A table of somebody's own that holds so many of the columns was made from all of them."""


def said_of_absent(raw: RawSheet, found: FoundSheet, heading_row: int) -> Iterator[Problem]:
    """One problem for a sheet of the template, told by more than half of its columns.

    A form, a CSV and a table of somebody's own hold what somebody chose to ask, unless they hold nearly all.
    """
    if not found.rows or found.sheet.code == ENVELOPE:
        return
    is_chosen = raw.is_text or _is_of_codes(raw, found, heading_row)
    if len(found.positions) <= (_NEARLY_ALL if is_chosen else 0.5) * len(found.sheet.columns):
        return
    absent = [f"« {column.label} »" for column in found.sheet.columns if column.code not in found.positions]
    if absent:
        more = [f"et {len(absent) - _MOST_NAMED} autres"] if len(absent) > _MOST_NAMED else []
        named = ", ".join([*absent[:_MOST_NAMED], *more])
        yield Problem("I0493", raw.name, heading_row + 1, found=f"{counted(len(absent), 'colonne')} : {named}")


def _is_of_codes(raw: RawSheet, found: FoundSheet, heading_row: int) -> bool:
    """Whether the headings are the codes of the columns: a program wrote them."""
    headings = raw.rows[heading_row]
    return all(headings[at] == code for code, at in found.positions.items() if at < len(headings))
