"""The rows of one recognised sheet: which are answers, where each column stands, what is said of what is not read.

Belongs here: one sheet. Does not: which sheet is which (``structure``), headings (``headings``), rows that are no
answers (``set_apart``), judging values (``quality.checks.schemas``).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from quality.reading.grids.turning import grid_cell, said_in_grid
from quality.reading.headings.doubled_headings import doubled
from quality.reading.headings.headings import Headings, find_headings
from quality.reading.normalise import label_key
from quality.reading.sheets.absent_columns import said_of_absent
from quality.reading.sheets.greyed_rows import is_greyed, kept_examples, said_of_greyed
from quality.reading.sheets.looks import said_of_looks
from quality.reading.sheets.notes import said_of_notes
from quality.reading.sheets.set_apart import Apart
from quality.reading.sheets.strays import said_of_strays
from quality.reading.sheets.unseen import misread_errors, said_of_misread, said_of_unseen
from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet
from sources.workbook.xlsx.cell_errors import column_letters


@dataclass(frozen=True)
class FoundSheet:
    """One sheet of the layout as found in a file.

    ``positions`` maps column code → 0-based column; ``rows`` holds (spreadsheet row number, cells) of each row that
    is neither blank nor greyed by the template (an example, an earlier answer: ``ignored_row_count`` of them);
    ``errors`` maps (row number, column code) → what the cell shows (``#N/A``). ``refused``: numbers of the rows of a
    text that are not among ``rows``, since what they say is uncertain. ``numbers``: as in ``RawSheet``, by row number
    and column code. ``is_turned``: as in ``RawSheet``; cells are then the grid's own.
    """

    sheet: Sheet
    name: str
    positions: dict[str, int]
    rows: list[tuple[int, list[str]]]
    errors: dict[tuple[int, str], str] = field(default_factory=dict)
    ignored_row_count: int = 0
    refused: frozenset[int] = frozenset()
    numbers: frozenset[tuple[int, str]] = frozenset()
    is_turned: bool = False

    def cell(self, row_number: int, column_code: str) -> str | None:
        position = self.positions.get(column_code)
        if position is None:
            return None
        return grid_cell(row_number, position) if self.is_turned else f"{column_letters(position)}{row_number}"


def find_sheet(raw: RawSheet, sheet: Sheet, version: int | None) -> tuple[FoundSheet | None, list[Problem]]:
    """The rows of a sheet of the layout, None where it cannot be read, and what is said of it."""
    found, said = _find_sheet(raw, sheet, version)
    if not raw.is_turned:
        return found, said
    return (replace(found, is_turned=True) if found else None), [said_in_grid(problem) for problem in said]


def _find_sheet(raw: RawSheet, sheet: Sheet, version: int | None) -> tuple[FoundSheet | None, list[Problem]]:
    headings = find_headings(raw, sheet, version)
    positions = headings.positions
    if missing := _said_of_missing(raw, sheet, headings):
        return None, missing
    first = headings.last_row + 1
    if first < len(raw.rows) and _is_code_row(raw.rows[first], positions):
        first += 1
    columns = sorted(positions.values())
    shown = {row for row, position in raw.errors if position in columns}
    rows = _rows_that_say_something(raw, first, columns, shown)
    in_table = {number - 1 for number, _ in rows}
    leftmost = columns[0] if columns else 0
    headed = raw.rows[headings.row] if raw.rows else []
    apart = Apart(sheet, positions, headed)
    rows, answers, set_apart = apart.answers(rows, raw.name, {row + 1 for row in shown})
    kept = [(number, row) for number, row in answers if not is_greyed(row, leftmost)]
    greyed = [(number, row) for number, row in answers if is_greyed(row, leftmost)] if len(kept) < len(answers) else []
    twice = doubled(raw.name, sheet, headings, kept)
    examples, said_of_examples = kept_examples(raw.name, sheet, positions, kept)
    refused = apart.refused | twice.refused | examples
    kept = [(number, row) for number, row in kept if number not in refused] if refused else kept
    ignored = {number for number, _ in rows} - {number for number, _ in kept} if len(kept) < len(rows) else set()
    codes = {position: code for code, position in positions.items()}
    errors = _shown_errors(raw, codes, first, ignored)
    errors |= misread_errors(raw, sheet, codes, {number for number, _ in kept})
    numbers = frozenset((row + 1, codes[position]) for row, position in raw.numbers if position in codes)
    found = FoundSheet(sheet, raw.name, positions, kept, errors, len(ignored - refused), refused, numbers=numbers)
    titled = {*positions.values(), *headings.extra, *headings.unread}
    strays = said_of_strays(raw, first, headings.row, titled, in_table) if positions else []
    said = [
        *_said_of_headings(raw, sheet, headings, twice.columns),
        *strays,
        *_said_of_hidden(raw, found),
        *_said_of_merged(raw, found),
    ]
    said += [
        *_said_of_empty_formulas(raw, found, first),
        *said_of_unseen(raw, found),
        *said_of_looks(raw, found),
        *said_of_notes(raw, first),
        *said_of_misread(raw, found),
        *set_apart,
        *twice.problems,
        *said_of_examples,
        *said_of_greyed(raw.name, sheet, positions, greyed),
    ]
    return found, [*said, *said_of_absent(raw, found, headings.row)]


def _rows_that_say_something(
    raw: RawSheet, first: int, columns: list[int], shown: set[int]
) -> list[tuple[int, list[str]]]:
    """The rows from ``first`` on with a cell that is filled, or one of the rows ``shown`` that hold an error."""
    return [
        (index + 1, row)
        for index, row in enumerate(raw.rows[first:], start=first)
        if _is_filled(row, columns) or index in shown
    ]


def _shown_errors(raw: RawSheet, codes: dict[int, str], first: int, ignored: set[int]) -> dict[tuple[int, str], str]:
    """What cells of the table show instead of a value, but for the rows that are ignored."""
    return {
        (row + 1, codes[position]): shown
        for (row, position), shown in raw.errors.items()
        if row >= first and position in codes and row + 1 not in ignored
    }


def _said_of_missing(raw: RawSheet, sheet: Sheet, headings: Headings) -> list[Problem]:
    """The columns without which the sheet cannot be read; a sheet that may be absent may be empty too."""
    missing = [column for column in sheet.columns if column.required and column.code not in headings.positions]
    if not missing or not (row_count(raw) or sheet.code == ENVELOPE):
        return []
    return [
        Problem("E0102", sheet=raw.name, row=headings.row + 1 if headings.positions else None, column=column.label,
                expected=f"une colonne « {column.label} »", found=_absent(headings))
        for column in missing
    ]  # fmt: skip


def _absent(headings: Headings) -> str:
    """That a column is not there, and the headings in which it may hide."""
    unknown = ", ".join([*headings.unread.values(), *headings.extra.values()][:8])
    return f"absente ; titres non reconnus : {unknown}" if unknown else "absente"


def _said_of_headings(raw: RawSheet, sheet: Sheet, headings: Headings, told: Collection[int] = ()) -> list[Problem]:
    """The columns that were guessed, and those that are ignored but for ``told``, which are spoken of elsewhere."""
    row = headings.row + 1
    guessed = [
        Problem("I0405", sheet=raw.name, row=row, column=written, found=written,
                cell=f"{column_letters(headings.positions[code])}{row}",
                expected=f"lue comme « {sheet.column(code).label} »")
        for code, written in headings.reread.items()
    ]  # fmt: skip
    guessed += [
        Problem("W0397", sheet=raw.name, row=row, column=heading, found=heading,
                cell=f"{column_letters(position)}{row}", expected=f"« {sheet.column(code).label} »")
        for code, (position, heading) in headings.otherwise.items()
    ]  # fmt: skip
    return guessed + [
        Problem(
            "I0402", sheet=raw.name, row=row, column=heading, found=heading, cell=f"{column_letters(position)}{row}"
        )
        for position, heading in headings.extra.items()
        if position not in told
    ]


def _said_of_hidden(raw: RawSheet, found: FoundSheet) -> list[Problem]:
    """The hidden rows and columns that were read."""
    said = []
    if raw.hidden_rows and (rows := [number for number, _ in found.rows if number - 1 in raw.hidden_rows]):
        said.append(Problem("I0407", sheet=raw.name, row=rows[0], found=f"masquées : {said_rows(rows)}"))
    columns = sorted(raw.hidden_columns.intersection(found.positions.values()))
    if columns and found.rows:
        letters = ", ".join(column_letters(position) for position in columns)
        word = "colonne" if len(columns) == 1 else "colonnes"
        said.append(Problem("I0407", sheet=raw.name, found=f"masquées : {word} {letters}"))
    return said


def _said_of_merged(raw: RawSheet, found: FoundSheet) -> Iterator[Problem]:
    """The merged cells among the answers: all but the first of them are blank."""
    if not raw.merged:
        return
    rows = {number for number, _ in found.rows}
    codes = {position: code for code, position in found.positions.items()}
    for top, left, bottom, right in raw.merged:
        code = next((codes[position] for position in range(left, right + 1) if position in codes), None)
        row = next((number for number in range(top + 1, min(bottom, len(raw.rows)) + 2) if number in rows), None)
        if code is None or row is None:
            continue
        column = found.sheet.column(code).label
        first, last = (f"{column_letters(at)}{number + 1}" for number, at in ((top, left), (bottom, right)))
        said = "une valeur dans chaque cellule"
        yield Problem("W0320", raw.name, top + 1, column, first, f"{first}:{last}", said)


def _said_of_empty_formulas(raw: RawSheet, found: FoundSheet, first: int) -> Iterator[Problem]:
    """The formulas that show nothing in an answered row, or where a row must have an answer."""
    if not raw.empty_formulas:
        return
    rows = {number for number, _ in found.rows}
    codes = {position: code for code, position in found.positions.items()}
    for index, position in sorted(raw.empty_formulas):
        column = found.sheet.column(codes[position]) if position in codes and index >= first else None
        if column and (index + 1 in rows or column.required):
            cell = found.cell(index + 1, column.code)
            yield Problem("W0322", raw.name, index + 1, column.label, cell, "une formule", column.expected)


def _is_filled(row: list[str], columns: list[int]) -> bool:
    """Whether a recognised column of the row, by position in order, holds more than blanks."""
    width = len(row)
    for column in columns:
        if column >= width:
            return False
        if row[column] and not row[column].isspace():
            return True
    return False


def _is_code_row(row: list[str], positions: dict[str, int]) -> bool:
    """Whether the row below the labels repeats the codes, as in the template."""
    texts = [(code, row[position]) for code, position in positions.items() if position < len(row) and row[position]]
    same = sum(text == code or label_key(text) == label_key(code) for code, text in texts)
    return same >= max(2, len(positions) // 2)


def row_count(raw: RawSheet) -> int:
    return sum(1 for row in raw.rows if any(cell.strip() for cell in row))
