"""From raw sheets to the layout's own: which sheet is which.

Belongs here: recognising sheets. Does not: rows (``sheet_rows``), headings (``headings``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from quality.reading.explaining_sheets import is_unread
from quality.reading.grids.beside import said_of_grids
from quality.reading.grids.edition import said_of_template
from quality.reading.grids.turning import is_grid_name, turned
from quality.reading.headings.doubled_headings import DOUBLED
from quality.reading.headings.headings import find_headings, nearly
from quality.reading.headings.unknown_table import unknown_table
from quality.reading.normalise import label_key
from quality.reading.sheets.greyed_rows import KEPT_EXAMPLE
from quality.reading.sheets.service_sheets import NameDoubts, campaign_years, said_together, sheets_of_services
from quality.reading.sheets.set_apart import OTHER_HEADINGS
from quality.reading.sheets.sheet_rows import FoundSheet, find_sheet, row_count
from quality.reading.sheets.text_rows import doubtful_rows, remark_problems, torn_problems
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.changes import known_changes
from sources.workbook.reading import CSV_SHEET, RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet
from sources.workbook.template.template_sheets import MODEL_SHEET
from sources.workbook.xlsx.cell_errors import column_letters

_ENOUGH_NAMED = 6
_OF_ROWS = (OTHER_HEADINGS, DOUBLED, KEPT_EXAMPLE)
_OF_NUMBERS = re.compile(r"^(?:feuille \d+ - )?(.+?)(?: - (?:tableau|table) \d+)?$", re.IGNORECASE)
"""Numbers exports each table as a sheet, under the names of both: « Évaluations - Tableau 1 »."""


@dataclass(frozen=True)
class TextPart:
    """One submission of a text that holds several, as a file of its own.

    ``name`` tells it from the others; ``row_counts``: how many rows it has of each table, by its name.
    """

    name: str
    content: bytes
    row_counts: Mapping[str, int]


@dataclass(frozen=True)
class FoundWorkbook:
    """What was recognised in a file; ``ignored`` maps the name of each other sheet → its rows that are not blank.

    ``version``: that of the template which the file comes from, where it says one. ``row_problems``: what refuses rows
    and not the file. ``parts``: its submissions, where it holds several; it is then judged by them alone. ``beside``:
    code → the further sheets of one kind, where a file has one for each service.
    """

    sheets: dict[str, FoundSheet]
    ignored: dict[str, int]
    problems: list[Problem]
    version: int | None = None
    row_problems: list[Problem] = field(default_factory=list)
    parts: list[TextPart] = field(default_factory=list)
    beside: Mapping[str, list[FoundSheet]] = field(default_factory=dict)

    def all_of(self, code: str) -> list[FoundSheet]:
        """The sheets of one kind, in the order in which they are read."""
        return [self.sheets[code], *self.beside.get(code, ())] if code in self.sheets else []

    def part_of(self, code: str, name: str) -> FoundSheet:
        """The sheet of that kind and name."""
        return next(part for part in self.all_of(code) if part.name == name)

    def every_sheet(self) -> Iterator[FoundSheet]:
        for code in self.sheets:
            yield from self.all_of(code)

    @property
    def is_refused(self) -> bool:
        return any(problem.rule.severity == "erreur" for problem in self.problems)


def find_structure(raw: list[RawSheet], layout: Iterable[Sheet]) -> FoundWorkbook:
    """Recognise the layout's sheets and columns: by code, label, former name or near spelling, in any order."""
    layout = tuple(layout)
    if raw and all(sheet.is_text or sheet.name == CSV_SHEET for sheet in raw):
        return _find_in_texts(raw, layout)
    version = template_version(raw)
    received, raw = raw, [turned(sheet, layout[-1]) or sheet for sheet in raw]
    which = _which_is_which(raw, layout, version)
    of_services = sheets_of_services(raw, which, version, _alike(which))
    which |= of_services.read
    beside: dict[str, list[FoundSheet]] = {}
    ignored: dict[str, int] = {}
    problems = [
        *said_of_template(raw, version, layout[-1]),
        *said_of_grids(received, raw),
        *(said for sheet in raw for said in remark_problems(sheet)),
    ]
    row_problems: list[Problem] = []
    for index, raw_sheet in enumerate(raw):
        if is_unread(raw_sheet):
            continue
        sheet = which.get(index)
        if sheet is None:
            _ignore(raw_sheet, ignored, problems, of_services.asked.get(index))
            continue
        found, troubles = find_sheet(raw_sheet, sheet, version)
        problems += _said_of_sheet(raw_sheet, sheet, found)
        row_problems += _of_rows(troubles)
        problems += [problem for problem in troubles if problem not in row_problems]
        if found is not None:
            beside.setdefault(sheet.code, []).append(found)
    sheets = {code: parts.pop(0) for code, parts in beside.items()}
    problems += said_together(sheets, beside)
    submission = layout[0]
    if submission.code not in sheets and not any(problem.rule_code == "E0102" for problem in problems):
        present = ", ".join(f"« {sheet.name} »" for sheet in raw[:8]) or "aucune feuille"
        problems.append(Problem("E0101", found=present, expected=f"une feuille « {submission.label} »"))
    return FoundWorkbook(sheets, ignored, problems, version, row_problems, beside=beside)


def _of_rows(troubles: list[Problem]) -> list[Problem]:
    """Those of the troubles of a sheet that refuse rows of it, and not the file."""
    return [problem for problem in troubles if problem.rule_code in _OF_ROWS]


def template_version(raw: list[RawSheet]) -> int | None:
    """The version of the template that the workbook comes from; None where it does not say."""
    for sheet in raw:
        if sheet.name == MODEL_SHEET and sheet.rows and sheet.rows[0][:1] == ["modele"]:
            said = "".join(sheet.rows[0][1:2])
            return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else None
    return None


def _which_is_which(raw: list[RawSheet], layout: tuple[Sheet, ...], version: int | None) -> dict[int, Sheet]:
    """Index of a raw sheet → sheet of the layout: present names first, then former ones, then near spellings."""
    present = {label_key(name): sheet.code for sheet in layout for name in (sheet.code, sheet.label)}
    present |= {label_key(sheet.name): layout[-1].code for sheet in raw if sheet.is_turned}
    former = {label_key(name): code for name, code in known_changes(version).sheets.items()}
    by_code = {sheet.code: sheet for sheet in layout}
    keys = [label_key(_OF_NUMBERS.sub(r"\1", sheet.name)) for sheet in raw]
    which: dict[int, str] = {}
    order = [index for index, sheet in enumerate(raw) if not is_unread(sheet)]
    for code_of in (present.get, former.get, lambda key: nearly(key, present)):
        for index in order:
            code = code_of(keys[index])
            if code in by_code and code not in which.values():
                which[index] = code
        order = _doubtful_last(raw, [index for index in order if index not in which], which, by_code)
    if not all(sheet.is_text for sheet in raw):
        _by_headings(raw, layout, which, order)
    return {index: by_code[code] for index, code in which.items()}


def _doubtful_last(
    raw: list[RawSheet], indices: list[int], which: Mapping[int, str], by_code: Mapping[str, Sheet]
) -> list[int]:
    """The order in which sheets are looked at: one that may not be meant does not take the place of one that is."""
    if len(indices) < 2:
        return indices
    doubts = NameDoubts(raw, campaign_years(raw, {index: by_code[code] for index, code in which.items()}))
    return sorted(indices, key=lambda index: bool(doubts.of(raw[index])))


def _by_headings(raw: list[RawSheet], layout: tuple[Sheet, ...], which: dict[int, str], order: Iterable[int]) -> None:
    """Add to ``which`` the sheets that were renamed beyond recognition and kept their headings."""
    for index in order:
        free = [each for each in layout if each.code not in which.values()]
        if named := _sheet_of_headings(raw[index], free, _surely_named):
            which[index] = named.code


def _alike(which: Mapping[int, Sheet]) -> Callable[[RawSheet], Sheet | None]:
    """Finds which of the sheets that are read another one is like."""
    read = list({sheet.code: sheet for sheet in which.values()}.values())

    def alike(raw: RawSheet) -> Sheet | None:
        return None if raw.is_text or is_unread(raw) else _sheet_of_headings(raw, read, _surely_named)

    return alike


def _said_of_sheet(raw: RawSheet, sheet: Sheet, found: FoundSheet | None) -> list[Problem]:
    """That the sheet is hidden and answered all the same, or that its name is not the template's."""
    said = []
    is_ours = is_grid_name(raw.name) if raw.is_turned else False
    if not is_ours and label_key(raw.name) not in (label_key(sheet.label), label_key(sheet.code)):
        said.append(Problem("I0404", sheet=raw.name, found=raw.name, expected=f"lue comme « {sheet.label} »"))
    if raw.is_hidden and (found is None or found.rows):
        said.append(Problem("I0406", sheet=raw.name, found="feuille masquée"))
    return said


def _ignore(
    raw: RawSheet,
    ignored: dict[str, int],
    problems: list[Problem],
    asked: tuple[Sheet, str] | None = None,
) -> None:
    """Leave a sheet aside and say so; ``asked``: the sheet whose rows it may hold, and why it is not read beside it."""
    if count := row_count(raw):
        ignored[raw.name] = count
        said = counted(count, "ligne")
        if asked is None:
            problems += [] if is_grid_name(raw.name) else [Problem("I0403", sheet=raw.name, found=said)]
        else:
            alike, why = asked
            expected = f"ses lignes dans la feuille lue comme « {alike.label} »" + (f", car {why}" if why else "")
            problems.append(Problem("W0321", sheet=raw.name, found=said, expected=expected))


def _find_in_texts(raw: list[RawSheet], layout: tuple[Sheet, ...]) -> FoundWorkbook:
    """Text tables, one for each sheet of the layout; columns of the submission may stand beside a table's own."""
    which = _which_is_which(raw, layout, None)
    sheets: dict[str, FoundSheet] = {}
    ignored: dict[str, int] = {}
    problems: list[Problem] = []
    row_problems: list[Problem] = []
    for index, text in enumerate(raw):
        free = [sheet for sheet in layout[1:] if sheet.code not in sheets and sheet not in which.values()]
        sheet = which.get(index) or _sheet_of_headings(text, free)
        found, troubles = find_sheet(text, sheet, None) if sheet else (None, [])
        if sheet is None and len(raw) > 1:
            _ignore(text, ignored, problems)
        row_problems += [*_of_rows(troubles), *torn_problems(text)]
        problems += [*(problem for problem in troubles if problem not in row_problems), *remark_problems(text)]
        if sheet is not None and found is not None:
            sheets[sheet.code], shifted = _without_doubtful_rows(text, found)
            row_problems += shifted
    if not sheets and not any(problem.rule.severity == "erreur" for problem in problems):
        problems.append(unknown_table(raw, layout))
    if sheets and ENVELOPE not in sheets:
        problems = _take_envelope(raw, layout[0], sheets, problems)
    return FoundWorkbook(sheets, ignored, problems, row_problems=row_problems)


def _without_doubtful_rows(text: RawSheet, found: FoundSheet) -> tuple[FoundSheet, list[Problem]]:
    """The table without the rows that say something uncertain, and what is said of them."""
    headings = find_headings(text, found.sheet)
    refused, problems = doubtful_rows(text, headings, [number for number, _ in found.rows])
    if not refused:
        return found, []
    rows = [(number, cells) for number, cells in found.rows if number not in refused]
    errors = {place: shown for place, shown in found.errors.items() if place[0] not in refused}
    return replace(found, rows=rows, errors=errors, refused=found.refused | refused), problems


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
