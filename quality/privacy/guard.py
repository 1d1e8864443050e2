"""The personal data guard: the sheets of a file with every personal datum masked, and what was masked.

Belongs here: going through a workbook, cheaply when it is clean. Does not: telling what is personal (``detectors``,
``headings``). Called right after reading, so that structure, checks, lake and receipts only see masked text.

The distinct texts of a few thousand rows are looked at together; a cell is looked for only when one of them is hit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from quality.privacy import detectors
from quality.privacy.headings import headings_among, kind_beside
from quality.privacy.kinds import IN_A_NAME, PersonalKind
from quality.rules.rules import Problem
from quality.verdicts.verdicts import MaskedCell
from sources.text.characters import composed
from sources.workbook.reading import RawSheet
from sources.workbook.template.template_sheets import UNREAD_SHEETS
from sources.workbook.xlsx.cell_errors import column_letters

Masked = tuple[str, list[PersonalKind]]
"""A text with its personal data masked, and their kinds."""

EXPECTED = "un texte sans donnée personnelle"

_ROWS_AT_ONCE = 2000
_HEADING_ROWS = 50
_SHORTEST = 6
"""The shortest text that can hold a personal datum (``a@b.fr``)."""

_ordinary: set[str] = {""}
"""Texts seen before and found to be neither personal nor headings: the labels and answers that all files share."""

_explanations: set[tuple[tuple[str, ...], ...]] = set()
"""The sheets of the template that explain, as most files hold them, once found to hold nothing personal."""

_MOST_SHEETS = 32
_MOST_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 80

_UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@dataclass(frozen=True)
class GuardedSheets:
    """``sheets`` is what may be shown; ``problems`` names each masked cell and kind, and never quotes the text."""

    sheets: list[RawSheet]
    masked: list[MaskedCell]
    problems: list[Problem]


def guard(sheets: list[RawSheet]) -> GuardedSheets:
    """Mask the personal data of every cell of every sheet; rows without any are the same objects as before."""
    guarded = GuardedSheets([], [], [])
    for sheet in sheets:
        name, was_masked = shown_name(sheet.name)
        if was_masked:
            sheet = replace(sheet, name=name)
            guarded.problems.append(Problem(IN_A_NAME, sheet=name, found=name, expected=EXPECTED))
        guarded.sheets.append(_guard_sheet(sheet, guarded))
    return guarded


def mask_text(text: str) -> tuple[str, list[PersonalKind]]:
    """The text with its personal data masked, and their kinds in order."""
    if not detectors.may_hold(text):
        return text, []
    places = detectors.find(text)
    return detectors.mask(text, places), [place.kind for place in places]


@lru_cache(maxsize=10_000)
def shown_name(name: str) -> tuple[str, bool]:
    """A name (of a file, a folder, a sheet) fit to be shown, and whether it held personal data.

    Accents are composed (NFC); characters that do not show or turn the direction of writing become « � », and
    so do bytes that are no text.
    """
    visible = "".join("\ufffd" if unicodedata.category(letter) in _UNSHOWN else letter for letter in composed(name))
    spaced = re.sub(r"[_+]", " ", visible)  # An underscore stands for a space in a file's name.
    places = detectors.find(spaced) if detectors.may_hold(spaced) else []
    return detectors.mask(visible, places), bool(places)


def _guard_sheet(sheet: RawSheet, guarded: GuardedSheets) -> RawSheet:
    if sheet.name not in UNREAD_SHEETS or sheet.errors or sheet.remarks:
        return _masked_sheet(sheet, guarded)
    rows = tuple(map(tuple, sheet.rows))
    if rows in _explanations:
        return sheet
    found = _masked_sheet(sheet, guarded)
    if found is sheet and len(_explanations) < _MOST_SHEETS:
        _explanations.add(rows)
    return found


def _masked_sheet(sheet: RawSheet, guarded: GuardedSheets) -> RawSheet:
    masks: dict[str, Masked] = {}
    headings: dict[str, int] = {}
    for start in range(0, len(sheet.rows), _ROWS_AT_ONCE):
        texts = set(chain.from_iterable(sheet.rows[start : start + _ROWS_AT_ONCE]))
        texts -= _ordinary
        if not texts:
            continue
        masks |= (found := _masks_among(texts))
        if start == 0:
            headings = headings_among(texts.intersection(chain.from_iterable(sheet.rows[:_HEADING_ROWS])))
        if not found and not headings and len(_ordinary) < _MOST_REMEMBERED:
            _ordinary.update(text for text in texts if len(text) <= _LONGEST_REMEMBERED)
    cells = _cells_holding(sheet, masks) | _cells_beside(sheet, headings)
    sheet = _with_masked_remarks(sheet)
    shown_errors = {place: mask_text(shown)[0] for place, shown in sheet.errors.items()}
    if not cells and shown_errors == sheet.errors:
        return sheet
    rows = list(sheet.rows)
    for (row, column), masked in sorted(cells.items()):
        if rows[row] is sheet.rows[row]:
            rows[row] = list(rows[row])
        rows[row][column] = masked[0]
        _tell(guarded, sheet.name, row, column, masked)
    return replace(sheet, rows=rows, errors=shown_errors)


def _with_masked_remarks(sheet: RawSheet) -> RawSheet:
    """What reading quotes of a text, masked like its cells."""
    if not sheet.torn and not sheet.remarks:
        return sheet
    torn = {row: (rule, mask_text(found)[0]) for row, (rule, found) in sheet.torn.items()}
    remarks = [(rule, mask_text(found)[0], expected) for rule, found, expected in sheet.remarks]
    return replace(sheet, torn=torn, remarks=remarks)


def _tell(guarded: GuardedSheets, sheet: str, row: int, column: int, masked: Masked) -> None:
    text, kinds = masked
    cell = f"{column_letters(column)}{row + 1}"
    guarded.masked.append(MaskedCell(sheet, row + 1, column, text))
    guarded.problems.extend(
        Problem(kind.rule_code, sheet=sheet, row=row + 1, cell=cell, found=kind.mask, expected=EXPECTED)
        for kind in dict.fromkeys(kinds)
    )


def _masks_among(texts: Iterable[str]) -> dict[str, Masked]:
    """Text → masked text and kinds, for those of the texts that hold personal data."""
    long_enough = [text for text in texts if len(text) >= _SHORTEST]
    if not detectors.any_may_hold(long_enough):
        return {}
    masked = ((text, mask_text(text)) for text in long_enough)
    return {text: answer for text, answer in masked if answer[1]}


def _cells_holding(sheet: RawSheet, masks: dict[str, Masked]) -> dict[tuple[int, int], Masked]:
    if not masks:
        return {}
    return {
        (row, column): masks[text]
        for row, texts in enumerate(sheet.rows)
        if not masks.keys().isdisjoint(texts)
        for column, text in enumerate(texts)
        if text in masks
    }


def _cells_beside(sheet: RawSheet, headings: dict[str, int]) -> dict[tuple[int, int], Masked]:
    """The cells below a heading that announces personal data, or on its right, whose value is such."""
    found: dict[tuple[int, int], Masked] = {}
    if not headings:
        return found
    above: dict[int, int] = {}
    for row, texts in enumerate(sheet.rows):
        for column, heading in above.items():
            if column < len(texts) and texts[column] and (kind := kind_beside(heading, texts[column])):
                found[row, column] = kind.mask, [kind]
        if headings.keys().isdisjoint(texts):
            continue
        for column, text in enumerate(texts):
            if text not in headings:
                continue
            above[column] = headings[text]
            right = texts[column + 1] if column + 1 < len(texts) else ""
            if right and (kind := kind_beside(headings[text], right)):
                found[row, column + 1] = kind.mask, [kind]
    return found
