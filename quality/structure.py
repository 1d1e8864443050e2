"""From raw sheets to the layout's own: which sheet is which, where its headings stand, which column is which.

Belongs here: recognising structure. Does not: judging values (``quality.schemas``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from quality.normalise import label_key
from quality.rules import Problem
from sources.workbook.cell_errors import column_letters
from sources.workbook.layout import ENVELOPE, Sheet
from sources.workbook.reading import CSV_SHEET, RawSheet
from sources.workbook.template_sheets import IGNORED_ROW_PREFIXES, UNREAD_SHEETS

_HEADING_SEARCH_ROWS = 30
_UNREAD_KEYS = {label_key(name) for name in UNREAD_SHEETS}


@dataclass(frozen=True)
class FoundSheet:
    """One sheet of the layout as found in a file.

    ``positions`` maps column code → 0-based column; ``rows`` holds (spreadsheet row number, cells) of each row that
    is neither blank nor greyed by the template (an example, an earlier answer: ``ignored_row_count`` of them);
    ``errors`` maps (row number, column code) → what the cell shows (``#N/A``).
    """

    sheet: Sheet
    name: str
    positions: dict[str, int]
    rows: list[tuple[int, list[str]]]
    errors: dict[tuple[int, str], str] = field(default_factory=dict)
    ignored_row_count: int = 0

    def cell(self, row_number: int, column_code: str) -> str | None:
        position = self.positions.get(column_code)
        return None if position is None else f"{column_letters(position)}{row_number}"


@dataclass(frozen=True)
class FoundWorkbook:
    """What was recognised in a file; ``ignored`` maps the name of each other sheet → its rows that are not blank."""

    sheets: dict[str, FoundSheet]
    ignored: dict[str, int]
    problems: list[Problem]

    @property
    def is_refused(self) -> bool:
        return any(problem.rule.severity == "erreur" for problem in self.problems)


def find_structure(raw: list[RawSheet], layout: Iterable[Sheet]) -> FoundWorkbook:
    """Recognise the layout's sheets and columns, by code or by label, in any order."""
    layout = tuple(layout)
    if len(raw) == 1 and raw[0].name == CSV_SHEET:
        return _find_in_csv(raw[0], layout)
    by_key = {label_key(name): sheet for sheet in layout for name in (sheet.code, sheet.label)}
    sheets: dict[str, FoundSheet] = {}
    ignored: dict[str, int] = {}
    problems: list[Problem] = []
    for raw_sheet in raw:
        key = label_key(raw_sheet.name)
        sheet = by_key.get(key)
        if key in _UNREAD_KEYS:
            continue
        if sheet is None or sheet.code in sheets:
            if count := _row_count(raw_sheet):
                ignored[raw_sheet.name] = count
                problems.append(Problem("I0403", sheet=raw_sheet.name, found=f"{count} ligne(s)"))
            continue
        found, troubles = _find_sheet(raw_sheet, sheet)
        problems += troubles
        if found is not None:
            sheets[sheet.code] = found
    submission = layout[0]
    if submission.code not in sheets and not any(problem.sheet == submission.label for problem in problems):
        present = ", ".join(f"« {sheet.name} »" for sheet in raw[:8]) or "aucune feuille"
        problems.append(Problem("E0101", found=present, expected=f"une feuille « {submission.label} »"))
    return FoundWorkbook(sheets, ignored, problems)


def _find_sheet(raw: RawSheet, sheet: Sheet) -> tuple[FoundSheet | None, list[Problem]]:
    heading_row, positions, extra = _find_headings(raw, sheet)
    missing = [column for column in sheet.columns if column.required and column.code not in positions]
    if missing and (_row_count(raw) or sheet.code == ENVELOPE):
        return None, [
            Problem("E0102", sheet=raw.name, row=heading_row + 1 if positions else None, column=column.label,
                    expected=f"une colonne « {column.label} »", found="absente")
            for column in missing
        ]  # fmt: skip
    problems = [
        Problem("I0402", sheet=raw.name, row=heading_row + 1, cell=f"{column_letters(position)}{heading_row + 1}",
                column=heading, found=heading)
        for position, heading in extra.items()
    ]  # fmt: skip
    first = heading_row + 1
    if first < len(raw.rows) and _is_code_row(raw.rows[first], positions):
        first += 1
    shown = {row for row, position in raw.errors if position in positions.values()}
    rows = [
        (index + 1, row)
        for index, row in enumerate(raw.rows[first:], start=first)
        if _is_filled(row, positions) or index in shown
    ]
    kept = [(number, row) for number, row in rows if not _is_greyed(row, positions)]
    ignored = {number for number, _ in rows} - {number for number, _ in kept} if len(kept) < len(rows) else set()
    codes = {position: code for code, position in positions.items()}
    errors = {
        (row + 1, codes[position]): shown
        for (row, position), shown in raw.errors.items()
        if row >= first and position in codes and row + 1 not in ignored
    }
    return FoundSheet(sheet, raw.name, positions, kept, errors, len(ignored)), problems


def _is_greyed(row: list[str], positions: dict[str, int]) -> bool:
    """Whether the row is one that the template shows and nobody answers: its first cell says so."""
    first = min(positions.values(), default=0)
    return first < len(row) and row[first].lstrip().startswith(IGNORED_ROW_PREFIXES)


def _find_headings(raw: RawSheet, sheet: Sheet) -> tuple[int, dict[str, int], dict[int, str]]:
    """The heading row (0-based), column code → position, and position → heading of the columns not recognised."""
    keys = _heading_keys(sheet)
    best: tuple[int, dict[str, int]] = (0, {})
    for index, row in enumerate(raw.rows[:_HEADING_SEARCH_ROWS]):
        positions: dict[str, int] = {}
        for position, heading in enumerate(row):
            code = keys.get(label_key(heading)) if heading else None
            if code and code not in positions:
                positions[code] = position
        if len(positions) > len(best[1]):
            best = (index, positions)
        if 2 * len(positions) > len(sheet.columns):
            break  # More than half of the columns: no later row says it better.
    heading_row, positions = best
    headings = raw.rows[heading_row] if raw.rows else []
    known = set(positions.values())
    extra = {position: text.strip() for position, text in enumerate(headings) if text.strip() and position not in known}
    return heading_row, positions, extra if positions else {}


@lru_cache(maxsize=100)
def _heading_keys(sheet: Sheet) -> dict[str, str]:
    """What a heading may look like → column code."""
    return {label_key(name): column.code for column in sheet.columns for name in (column.label, column.code)}


def _is_filled(row: list[str], positions: dict[str, int]) -> bool:
    """Whether a recognised column of the row holds more than blanks."""
    width = len(row)
    return any(position < width and row[position] and not row[position].isspace() for position in positions.values())


def _is_code_row(row: list[str], positions: dict[str, int]) -> bool:
    """Whether the row below the labels repeats the codes, as in the template."""
    same = sum(
        1 for code, position in positions.items() if position < len(row) and label_key(row[position]) == label_key(code)
    )
    return same >= max(2, len(positions) // 2)


def _row_count(raw: RawSheet) -> int:
    return sum(1 for row in raw.rows if any(cell.strip() for cell in row))


def _find_in_csv(raw: RawSheet, layout: tuple[Sheet, ...]) -> FoundWorkbook:
    """A CSV is one sheet of the layout; columns of the submission may stand beside its own."""
    candidates = [(len(_find_headings(raw, sheet)[1]), sheet) for sheet in layout[1:]]
    count, sheet = max(candidates, key=lambda candidate: candidate[0])
    if count < 2:
        return FoundWorkbook({}, {}, [Problem("E0107", expected="les titres de colonnes d'une feuille du modèle")])
    found, problems = _find_sheet(raw, sheet)
    if found is None:
        return FoundWorkbook({}, {}, problems)
    sheets = {sheet.code: found}
    envelope = _csv_envelope(raw, layout[0], found)
    sheets[layout[0].code] = envelope
    envelope_columns = {column_letters(position) for position in envelope.positions.values()}
    problems = [
        p for p in problems if p.rule_code != "I0402" or (p.cell or "").rstrip("0123456789") not in envelope_columns
    ]
    return FoundWorkbook(sheets, {}, problems)


def _csv_envelope(raw: RawSheet, submission: Sheet, found: FoundSheet) -> FoundSheet:
    """The submission that a CSV states in columns ``organisation``, ``campagne``, ``dossier`` beside its own."""
    _, positions, _ = _find_headings(raw, submission)
    own = set(found.positions.values())
    positions = {code: position for code, position in positions.items() if position not in own}
    return FoundSheet(submission, raw.name, positions, found.rows[:1])
