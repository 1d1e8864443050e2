"""The first law of readings: each cell that holds something is taken as what is shown, refused, or told as ignored.

Belongs here: finding the cells of a file of which neither the lake nor the receipt says anything. Does not: files.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from quality.reading.envelopes.csv_envelope import by_row
from quality.reading.explaining_sheets import said_of_explaining
from quality.reading.headings.headings import find_headings
from quality.reading.normalise import label_key
from quality.reading.sheets.sheet_rows import FoundSheet
from quality.reading.sheets.structure import FoundWorkbook, find_structure
from quality.rules.rules import Problem
from quality.verdicts.lake_rows import lake_rows
from quality.verdicts.validation import ValidatedBatch, validate
from quality.verdicts.verdicts import REFUSED, FileVerdict, decide
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.examples import example_row
from sources.workbook.template.explanations import explained
from sources.workbook.template.grid import CODE_HEADING, LEVELS_HEADING, QUESTION_HEADING, UNREAD, grid_lines
from sources.workbook.template.layout import ENVELOPE, Sheet, workbook_layout
from sources.workbook.template.template_sheets import EXAMPLE, MODEL_SHEET
from sources.workbook.xlsx.cell_errors import column_letters

_CELL = re.compile(r"\b([A-Z]{1,3})(\d+)\b")
_ROWS = re.compile(r"(\d+)(?: à (\d+))?")


class Unaccounted(NamedTuple):
    """A cell of which nothing is said; ``why`` is what was missing."""

    sheet: str
    cell: str
    text: str
    why: str


class Judged(NamedTuple):
    """A file, judged alone."""

    found: FoundWorkbook
    batch: ValidatedBatch
    verdict: FileVerdict


def judged(raw: list[RawSheet], referential: Referential) -> Judged:
    layout = workbook_layout(referential)
    found = by_row(find_structure(raw, layout), raw, layout[0], referential, None)
    found = replace(found, problems=[*found.problems, *said_of_explaining(raw, referential)])
    batch = validate({0: found}, layout, referential, {})
    return Judged(found, batch, decide(0, found, batch, None))


def unaccounted(raw: list[RawSheet], referential: Referential) -> list[Unaccounted]:
    """The cells of the file that break the law."""
    layout = workbook_layout(referential)
    file = judged(raw, referential)
    told = [problem for problem in file.verdict.problems if problem.sheet]
    if file.verdict.code == REFUSED or file.found.parts:
        return []  # it is said of the whole file, with the reason; or each of its submissions is judged by itself
    cells = lake_rows(file.batch, layout, referential, [0])["cells"]
    kept = {(row["sheet"], row["cell"]): row for row in cells.iter_rows(named=True)}
    found: list[Unaccounted] = []
    for sheet in (each for each in raw if each.name != MODEL_SHEET):
        of_sheet = [problem for problem in told if problem.sheet == sheet.name]
        if _is_told_whole(of_sheet):
            continue
        if any(part.is_turned and part.name == sheet.name for part in file.found.every_sheet()):
            found += _in_grid(sheet, of_sheet, kept, referential)
        elif sheet.name in explained(referential):
            found += _beside_explanations(sheet, of_sheet, explained(referential)[sheet.name])
        else:
            found += _in_table(sheet, of_sheet, told, file, kept, layout)
    return found


def _in_table(
    sheet: RawSheet,
    of_sheet: list[Problem],
    told: list[Problem],
    file: Judged,
    kept: dict[tuple[str, str], dict[str, Any]],
    layout: tuple[Sheet, ...],
) -> Iterator[Unaccounted]:
    part = next((each for each in file.found.sheets.values() if each.name == sheet.name), None)
    for row, column, text in _filled(sheet):
        cell = f"{column_letters(column)}{row}"
        if _is_heading(sheet, row, column, layout, part and part.sheet) or _is_told(of_sheet, cell, row, column):
            continue
        if part and _is_of_the_template(part, sheet.rows[row - 1], column, text):
            continue
        lake = kept.get((sheet.name, cell)) or _envelope_of_its_row(sheet, row, column, text, kept, layout[0])
        if lake is None and part and row in part.refused and _row_is_refused(of_sheet, row, []):
            continue
        if lake is None:
            yield Unaccounted(sheet.name, cell, text, "ni lue ni dite")
        elif not lake["is_taken"] and not _row_is_refused(of_sheet, row, told):
            yield Unaccounted(sheet.name, cell, text, "non prise sans raison")
        elif lake["cell_text"] != text.strip():
            yield Unaccounted(sheet.name, cell, text, f"lue « {lake['cell_text']} » sans le dire")


def _beside_explanations(sheet: RawSheet, problems: list[Problem], known: list[list[str]]) -> Iterator[Unaccounted]:
    """The cells of a sheet that explains which neither the template wrote nor the receipt tells."""
    written = {label_key(text) for row in known for text in row}
    for row, column, text in _filled(sheet):
        cell = f"{column_letters(column)}{row}"
        if label_key(text) not in written and not _is_told(problems, cell, row, column):
            yield Unaccounted(sheet.name, cell, text, "ni écrite par le modèle ni dite")


def _in_grid(
    sheet: RawSheet, problems: list[Problem], kept: dict[tuple[str, str], dict[str, Any]], referential: Referential
) -> Iterator[Unaccounted]:
    """The cells of a grid, where an assessment is a column: one that is refused is told by a cell of its column."""
    lines = grid_lines(referential)
    written = {label_key(text) for line in lines for text in (line.code, line.text, line.levels)} | {
        label_key(text) for text in (QUESTION_HEADING, LEVELS_HEADING)
    }
    refused = {(p.cell or "").rstrip("0123456789") for p in problems if p.rule.severity == "erreur"}
    for row, column, text in _filled(sheet):
        cell, is_unread = f"{column_letters(column)}{row}", {UNREAD, CODE_HEADING} & set(sheet.rows[row - 1])
        lake = kept.get((sheet.name, cell))
        if label_key(text) in written or _is_told(problems, cell, row, column):
            continue
        if lake is None and not (is_unread and not any(map(str.isalpha, text))):
            yield Unaccounted(sheet.name, cell, text, "ni lue ni dite")
        elif lake and not lake["is_taken"] and column_letters(column) not in refused:
            yield Unaccounted(sheet.name, cell, text, "non prise sans raison")
        elif lake and lake["cell_text"] != text.strip():
            yield Unaccounted(sheet.name, cell, text, f"lue « {lake['cell_text']} » sans le dire")


def _is_of_the_template(part: FoundSheet, row: list[str], column: int, text: str) -> bool:
    """The row of codes under the titles, and the example, where they say what the template writes there."""
    code = next((code for code, position in part.positions.items() if position == column), None)
    if code is None:
        return False
    if text.strip() == code:
        return True
    written = example_row(part.sheet).get(code)
    leftmost = min(part.positions.values())
    return row[leftmost].startswith(EXAMPLE) and text.strip() in {str(written), as_text(written)}


def as_text(written: Any) -> str:
    """A date as the template shows it."""
    return f"{written:%d/%m/%Y}" if isinstance(written, dt.date) else str(written)


def _filled(sheet: RawSheet) -> Iterator[tuple[int, int, str]]:
    for index, row in enumerate(sheet.rows):
        yield from ((index + 1, column, text) for column, text in enumerate(row) if text.strip())


def _is_told_whole(problems: list[Problem]) -> bool:
    """The sheet itself is said to be ignored, or refused."""
    return any(problem.cell is None and problem.row is None and problem.rule_code in {"I0403", "W0321", "E0102"}
               for problem in problems) or any(problem.rule_code == "E0102" for problem in problems)  # fmt: skip


def _is_heading(sheet: RawSheet, row: int, column: int, layout: tuple[Sheet, ...], own: Sheet | None) -> bool:
    candidates = [own] if own else list(layout)
    candidates += [each for each in layout if each.code == ENVELOPE]
    for candidate in candidates:
        headings = find_headings(sheet, candidate)
        if headings.positions and headings.row + 1 <= row <= headings.last_row + 1:
            return True
    return False


def _envelope_of_its_row(
    sheet: RawSheet, row: int, column: int, text: str, kept: dict[tuple[str, str], dict[str, Any]], envelope: Sheet
) -> dict[str, Any] | None:
    """In a text each row says who sends it: one that says the same as the row that was kept is of that submission."""
    if not sheet.is_text or column not in find_headings(sheet, envelope, may_guess=False).positions.values():
        return None
    letters = column_letters(column)
    same = (each for (_, cell), each in kept.items() if cell and cell.rstrip("0123456789") == letters)
    return next((each for each in same if each["cell_text"] == text.strip()), None)


def _is_told(problems: list[Problem], cell: str, row: int, column: int) -> bool:
    """A problem names the cell, its row without a column, or its column without a title of the template."""
    letters = column_letters(column)
    for problem in problems:
        if problem.rule_code == "I0402" and (problem.cell or "").rstrip("0123456789") == letters:
            return True
        if problem.cell == cell or cell in {f"{a}{b}" for a, b in _CELL.findall(f"{problem.found} {problem.expected}")}:
            return True
        if problem.rule_code == "I0420" and "autre" in (problem.found or ""):
            return True
        if problem.cell is None and row in _said_rows(f"{problem.row} {problem.expected} {problem.found}"):
            return True
    return False


def _said_rows(text: str) -> set[int]:
    return {n for first, last in _ROWS.findall(text) for n in range(int(first), int(last or first) + 1)}


def _row_is_refused(problems: list[Problem], row: int, told: list[Problem]) -> bool:
    return any(p.rule.severity == "erreur" and p.row == row for p in problems) or any(
        p.rule.severity == "erreur" and p.row is None for p in told
    )
