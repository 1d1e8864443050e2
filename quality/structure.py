"""From raw sheets to the layout's own: which sheet is which, and which of its rows are answers.

Belongs here: recognising sheets and rows. Does not: headings (``headings``), judging values (``quality.schemas``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from quality.grouping import said_rows
from quality.headings import Headings, find_headings, nearly
from quality.normalise import label_key
from quality.rules import Problem
from quality.wording import counted
from sources.workbook.cell_errors import column_letters
from sources.workbook.changes import known_changes
from sources.workbook.layout import ENVELOPE, TEMPLATE_VERSION, Sheet
from sources.workbook.reading import CSV_SHEET, RawSheet
from sources.workbook.template_sheets import IGNORED_ROW_PREFIXES, MODEL_SHEET, UNREAD_SHEETS

_ENOUGH_NAMED = 6
_MOST_NAMES = 500
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
    """What was recognised in a file; ``ignored`` maps the name of each other sheet → its rows that are not blank.

    ``version``: that of the template which the file comes from, where it says one.
    """

    sheets: dict[str, FoundSheet]
    ignored: dict[str, int]
    problems: list[Problem]
    version: int | None = None

    @property
    def is_refused(self) -> bool:
        return any(problem.rule.severity == "erreur" for problem in self.problems)

    @cached_property
    def use_case_names(self) -> dict[str, str]:
        """Key of each name that the file gives to a use case → « code (name) »; none of a file that gives too many."""
        part = self.sheets.get("cas_usage")
        if part is None or len(part.rows) > _MOST_NAMES or not {"cas_usage", "nom"} <= part.positions.keys():
            return {}
        at_code, at_name = part.positions["cas_usage"], part.positions["nom"]
        named = [
            (row[at_code].strip(), row[at_name].strip()) for _, row in part.rows if len(row) > max(at_code, at_name)
        ]
        return {label_key(name): f"{code} ({name})" for code, name in named if code and name}


def find_structure(raw: list[RawSheet], layout: Iterable[Sheet]) -> FoundWorkbook:
    """Recognise the layout's sheets and columns: by code, label, former name or near spelling, in any order."""
    layout = tuple(layout)
    if raw and all(sheet.is_text or sheet.name == CSV_SHEET for sheet in raw):
        return _find_in_texts(raw, layout)
    version = template_version(raw)
    which = _which_is_which(raw, layout, version)
    sheets: dict[str, FoundSheet] = {}
    ignored: dict[str, int] = {}
    problems = _said_of_file(version)
    for index, raw_sheet in enumerate(raw):
        if label_key(raw_sheet.name) in _UNREAD_KEYS:
            continue
        sheet = which.get(index)
        if sheet is None:
            _ignore(raw_sheet, ignored, problems, which, layout)
            continue
        problems += _said_of_sheet(raw_sheet, sheet)
        found, troubles = _find_sheet(raw_sheet, sheet, version)
        problems += troubles
        if found is not None:
            sheets[sheet.code] = found
    submission = layout[0]
    if submission.code not in sheets and not any(problem.rule_code == "E0102" for problem in problems):
        present = ", ".join(f"« {sheet.name} »" for sheet in raw[:8]) or "aucune feuille"
        problems.append(Problem("E0101", found=present, expected=f"une feuille « {submission.label} »"))
    return FoundWorkbook(sheets, ignored, problems, version)


def template_version(raw: list[RawSheet]) -> int | None:
    """The version of the template that the workbook comes from; None where it does not say."""
    for sheet in raw:
        if sheet.name == MODEL_SHEET and sheet.rows and sheet.rows[0][:1] == ["modele"]:
            said = "".join(sheet.rows[0][1:2])
            return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else None
    return None


def _said_of_file(version: int | None) -> list[Problem]:
    """That the template is an older one."""
    if version is None or version >= int(TEMPLATE_VERSION):
        return []
    expected = f"lu comme la version {TEMPLATE_VERSION}"
    return [Problem("I0408", found=f"modèle, version {version}", expected=expected)]


def _which_is_which(raw: list[RawSheet], layout: tuple[Sheet, ...], version: int | None) -> dict[int, Sheet]:
    """Index of a raw sheet → sheet of the layout: present names first, then former ones, then near spellings."""
    present = {label_key(name): sheet.code for sheet in layout for name in (sheet.code, sheet.label)}
    former = {label_key(name): code for name, code in known_changes(version).sheets.items()}
    by_code = {sheet.code: sheet for sheet in layout}
    keys = [label_key(sheet.name) for sheet in raw]
    which: dict[int, str] = {}
    for code_of in (present.get, former.get, lambda key: nearly(key, present)):
        for index, key in enumerate(keys):
            code = code_of(key) if index not in which and key not in _UNREAD_KEYS else None
            if code in by_code and code not in which.values():
                which[index] = code
    if not all(sheet.is_text for sheet in raw):
        _by_headings(raw, layout, which)
    return {index: by_code[code] for index, code in which.items()}


def _by_headings(raw: list[RawSheet], layout: tuple[Sheet, ...], which: dict[int, str]) -> None:
    """Add to ``which`` the sheets that were renamed beyond recognition and kept their headings."""
    for index, sheet in enumerate(raw):
        if index not in which and label_key(sheet.name) not in _UNREAD_KEYS:
            free = [each for each in layout if each.code not in which.values()]
            if named := _sheet_of_headings(sheet, free, _surely_named):
                which[index] = named.code


def _said_of_sheet(raw: RawSheet, sheet: Sheet) -> list[Problem]:
    """That the sheet is hidden, or that its name is not the template's."""
    said = []
    if label_key(raw.name) not in (label_key(sheet.label), label_key(sheet.code)):
        said.append(Problem("I0404", sheet=raw.name, found=raw.name, expected=f"lue comme « {sheet.label} »"))
    if raw.is_hidden and _row_count(raw):
        said.append(Problem("I0406", sheet=raw.name, found="feuille masquée"))
    return said


def _ignore(
    raw: RawSheet,
    ignored: dict[str, int],
    problems: list[Problem],
    which: Mapping[int, Sheet],
    layout: tuple[Sheet, ...],
) -> None:
    """Leave a sheet aside and say so; where it looks like one that is read already, its rows may have been meant."""
    if count := _row_count(raw):
        ignored[raw.name] = count
        said = counted(count, "ligne")
        if raw.is_text or (alike := _sheet_of_headings(raw, [*which.values()], _surely_named)) is None:
            problems.append(Problem("I0403", sheet=raw.name, found=said))
        else:
            expected = f"ses lignes dans la feuille lue comme « {alike.label} »"
            problems.append(Problem("W0321", sheet=raw.name, found=said, expected=expected))


def _find_sheet(raw: RawSheet, sheet: Sheet, version: int | None) -> tuple[FoundSheet | None, list[Problem]]:
    headings = find_headings(raw, sheet, version)
    positions = headings.positions
    missing = [column for column in sheet.columns if column.required and column.code not in positions]
    if missing and (_row_count(raw) or sheet.code == ENVELOPE):
        return None, [
            Problem("E0102", sheet=raw.name, row=headings.row + 1 if positions else None, column=column.label,
                    expected=f"une colonne « {column.label} »", found=_absent(headings))
            for column in missing
        ]  # fmt: skip
    first = headings.last_row + 1
    if first < len(raw.rows) and _is_code_row(raw.rows[first], positions):
        first += 1
    columns = sorted(positions.values())
    shown = {row for row, position in raw.errors if position in columns}
    rows = [
        (index + 1, row)
        for index, row in enumerate(raw.rows[first:], start=first)
        if _is_filled(row, columns) or index in shown
    ]
    leftmost = columns[0] if columns else 0
    kept = [(number, row) for number, row in rows if not _is_greyed(row, leftmost)]
    ignored = {number for number, _ in rows} - {number for number, _ in kept} if len(kept) < len(rows) else set()
    codes = {position: code for code, position in positions.items()}
    errors = {
        (row + 1, codes[position]): shown
        for (row, position), shown in raw.errors.items()
        if row >= first and position in codes and row + 1 not in ignored
    }
    found = FoundSheet(sheet, raw.name, positions, kept, errors, len(ignored))
    said = [*_said_of_headings(raw, sheet, headings), *_said_of_hidden(raw, found), *_said_of_merged(raw, found)]
    return found, [*said, *_said_of_empty_formulas(raw, found, first)]


def _absent(headings: Headings) -> str:
    """That a column is not there, and the headings in which it may hide."""
    unknown = ", ".join(list(headings.extra.values())[:8])
    return f"absente ; titres non reconnus : {unknown}" if unknown else "absente"


def _said_of_headings(raw: RawSheet, sheet: Sheet, headings: Headings) -> list[Problem]:
    """The columns that were guessed, and those that are ignored."""
    row = headings.row + 1
    guessed = [
        Problem("I0405", sheet=raw.name, row=row, column=written, found=written,
                cell=f"{column_letters(headings.positions[code])}{row}",
                expected=f"lue comme « {sheet.column(code).label} »")
        for code, written in headings.reread.items()
    ]  # fmt: skip
    return guessed + [
        Problem(
            "I0402", sheet=raw.name, row=row, column=heading, found=heading, cell=f"{column_letters(position)}{row}"
        )
        for position, heading in headings.extra.items()
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


def _is_greyed(row: list[str], leftmost: int) -> bool:
    """Whether the row is one that the template shows and nobody answers: its first cell says so."""
    return leftmost < len(row) and row[leftmost].lstrip().startswith(IGNORED_ROW_PREFIXES)


def _is_code_row(row: list[str], positions: dict[str, int]) -> bool:
    """Whether the row below the labels repeats the codes, as in the template."""
    texts = ((code, row[position]) for code, position in positions.items() if position < len(row))
    same = sum(1 for code, text in texts if text == code or (text and label_key(text) == label_key(code)))
    return same >= max(2, len(positions) // 2)


def _row_count(raw: RawSheet) -> int:
    return sum(1 for row in raw.rows if any(cell.strip() for cell in row))


def _find_in_texts(raw: list[RawSheet], layout: tuple[Sheet, ...]) -> FoundWorkbook:
    """Text tables, one for each sheet of the layout; columns of the submission may stand beside a table's own."""
    which = _which_is_which(raw, layout, None)
    sheets: dict[str, FoundSheet] = {}
    ignored: dict[str, int] = {}
    problems: list[Problem] = []
    for index, text in enumerate(raw):
        free = [sheet for sheet in layout[1:] if sheet.code not in sheets and sheet not in which.values()]
        sheet = which.get(index) or _sheet_of_headings(text, free)
        found, troubles = _find_sheet(text, sheet, None) if sheet else (None, [])
        if sheet is None and len(raw) > 1:
            _ignore(text, ignored, problems, {}, layout)
        problems += troubles
        if sheet is not None and found is not None:
            sheets[sheet.code] = found
    if not sheets and not any(problem.rule.severity == "erreur" for problem in problems):
        problems.append(Problem("E0107", expected="les titres de colonnes d'une feuille du modèle"))
    if sheets and ENVELOPE not in sheets:
        problems = _take_envelope(raw, layout[0], sheets, problems)
    return FoundWorkbook(sheets, ignored, problems)


def _named(raw: RawSheet, sheet: Sheet) -> tuple[int, int]:
    """Whether all required columns of the sheet are named, and how many are: two at least, else none."""
    positions = find_headings(raw, sheet).positions
    required = all(column.code in positions for column in sheet.columns if column.required)
    return (int(required), len(positions)) if len(positions) > 1 else (0, 0)


def _surely_named(raw: RawSheet, sheet: Sheet) -> tuple[int, int]:
    """The same, of a table that names the required columns and enough others: no list of somebody's own does."""
    required, count = _named(raw, sheet)
    return (required, count) if required and count >= min(_ENOUGH_NAMED, len(sheet.columns) / 2) else (0, 0)


def _sheet_of_headings(
    raw: RawSheet, candidates: list[Sheet], how_named: Callable[[RawSheet, Sheet], tuple[int, int]] = _named
) -> Sheet | None:
    """The sheet of which the table names the most columns; its required ones count first."""

    def names(sheet: Sheet) -> tuple[int, int]:
        return how_named(raw, sheet)

    best = max(candidates, key=names, default=None)
    return best if best is not None and names(best) > (0, 0) else None


def _take_envelope(
    raw: list[RawSheet], submission: Sheet, sheets: dict[str, FoundSheet], problems: list[Problem]
) -> list[Problem]:
    """Add the submission that a text states in columns ``organisation``, ``campagne``, ``dossier`` beside its own."""
    by_name = {text.name: text for text in raw}
    for found in list(sheets.values()):
        positions = find_headings(by_name[found.name], submission, may_guess=False).positions
        own = set(found.positions.values())
        positions = {code: position for code, position in positions.items() if position not in own}
        if positions:
            break
    sheets[submission.code] = FoundSheet(submission, CSV_SHEET, positions, found.rows[:1])
    letters = {column_letters(position) for position in positions.values()}
    return [
        problem
        for problem in problems
        if problem.rule_code != "I0402" or problem.sheet != found.name or _letters(problem.cell) not in letters
    ]


def _letters(cell: str | None) -> str:
    return (cell or "").rstrip("0123456789")
