"""Who sends each row of a text table: organisation, campaign and dossier stand in columns, and each row says its own.

Belongs here: telling rows that are not of the file's submission. Does not: sheets and headings (``structure``), the
checks of a submission (``validation``), writing the submissions of a file that holds several (``csv_parts``).

A row that leaves one of them blank has that of the others where they all agree; else nothing proves whose it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from quality.reading.envelopes.csv_parts import MAX_PARTS, can_be_divided, text_part
from quality.reading.envelopes.other_senders import without_other_senders
from quality.reading.headings.headings import find_headings
from quality.reading.sheets.sheet_rows import FoundSheet
from quality.reading.sheets.structure import FoundWorkbook, TextPart
from quality.reading.values.typed import choice_reader, organisation_reader
from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from sources.referential.loader import Referential
from sources.workbook.reading import CSV_SHEET, RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet, workbook_layout
from sources.workbook.xlsx.cell_errors import column_letters

_KEYS = ("organisation", "campagne", "dossier")
_BROKEN = {"organisation": "E0210", "campagne": "E0202", "dossier": "E0208"}
_OTHER, _UNCERTAIN, _SEVERAL, _CONTRADICTED, _INHERITED = "E0104", "E0245", "E0140", "E0141", "I0445"
_DIVIDED = "I0480"
_SHOWN_GROUPS = 10
_DOSSIER = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,63}")

_NO = ("non", "n", "0", "faux", "false", "no")

Key = tuple[str | None, ...]


@dataclass
class _Row:
    """One row of a table: its part, number, and the text of each column of the submission."""

    part: FoundSheet
    positions: Mapping[str, int]
    number: int
    cells: list[str]
    texts: dict[str, str]

    def problem(self, rule: str, submission: Sheet, code: str, expected: str | None = None) -> Problem:
        at = self.positions.get(code)
        cell = None if at is None else f"{column_letters(at)}{self.number}"
        column = submission.column(code)
        text = self.texts.get(code) or None
        return Problem(rule, self.part.name, self.number, column.label, cell, text, expected or column.expected)


def by_row(
    found: FoundWorkbook, raw: list[RawSheet], submission: Sheet, referential: Referential, folder: str | None
) -> FoundWorkbook:
    """The file with the rows of its one submission, the others being refused one by one; or as several ``parts``.

    ``folder``: the organisation whose folder held the file, where there is one. Rows of several organisations that no
    folder tells apart refuse the file.
    """
    envelope = found.sheets.get(ENVELOPE)
    if envelope is None:
        return found
    if envelope.name != CSV_SHEET:
        return without_other_senders(found, raw, referential)
    rows = list(_rows(found, raw, submission))
    if len({tuple(row.texts.items()) for row in rows if row.positions}) < 2:
        return found
    return _Settling(found, raw, submission, referential, folder).settled(rows)


def _rows(found: FoundWorkbook, raw: list[RawSheet], submission: Sheet) -> Iterator[_Row]:
    by_name = {sheet.name: sheet for sheet in raw}
    for code, part in found.sheets.items():
        if code == ENVELOPE:
            continue
        own = set(part.positions.values())
        named = find_headings(by_name[part.name], submission, may_guess=False).positions
        positions = {column: at for column, at in named.items() if at not in own}
        for number, cells in part.rows:
            texts = {column: cells[at].strip() if at < len(cells) else "" for column, at in positions.items()}
            yield _Row(part, positions, number, cells, texts)


class _Settling:
    """Settles the rows of one file."""

    def __init__(
        self,
        found: FoundWorkbook,
        raw: list[RawSheet],
        submission: Sheet,
        referential: Referential,
        folder: str | None,
    ) -> None:
        self._found = found
        self._raw = raw
        self._referential = referential
        self._submission = submission
        self._folder = folder
        self._read: dict[str, Callable[[str], str | None]] = {
            "organisation": organisation_reader(referential),
            "campagne": choice_reader(submission.column("campagne")),
            "dossier": lambda text: text.lower() if _DOSSIER.fullmatch(text.upper()) else None,
        }

    def settled(self, rows: list[_Row]) -> FoundWorkbook:
        refused: list[tuple[_Row, Problem]] = []
        groups: defaultdict[Key, list[_Row]] = defaultdict(list)
        sole = self._sole_values(rows)
        for row in rows:
            trouble = self._trouble(row, sole)
            if trouble:
                refused.append((row, trouble))
            else:
                groups[self._key(row, sole)].append(row)
        if not groups:
            return self._found
        problems = list(self._inherited(groups, sole))
        [first, *_] = groups.values()
        if len(groups) == 1:
            problems = [*self._contradictions(first), *problems]
        elif parts := self._parts(groups, sole):
            problems = [Problem(_DIVIDED, found=_said_groups(groups)), *problems]
            return replace(self._without(refused, problems, self._representative(first)), parts=parts)
        else:
            asked = f"un fichier pour chaque envoi, ou {MAX_PARTS} envois d'un même établissement au plus"
            problems = [Problem(_SEVERAL, sheet=CSV_SHEET, found=_said_groups(groups), expected=asked), *problems]
        return self._without(refused, problems, self._representative(first))

    def _parts(
        self, groups: Mapping[Key, list[_Row]], sole: Mapping[str, tuple[set[str], str]]
    ) -> list[TextPart] | None:
        """The submissions of one organisation as a file each; None where they are to be sent apart."""
        is_one_sender = len({organisation for organisation, *_ in groups}) == 1
        if not is_one_sender or len(groups) > MAX_PARTS or not can_be_divided(self._found, self._raw):
            return None
        layout = workbook_layout(self._referential)
        parts = []
        for key, rows in groups.items():
            tables: defaultdict[str, dict[int, list[str]]] = defaultdict(dict)
            for row in rows:
                tables[row.part.name][row.number] = self._with_what_all_say(row, sole)
            name = f"{' – '.join(each for each in key[1:] if each)}"
            part = text_part(name, self._found, self._raw, layout, tables)
            if part is None:
                return None
            parts.append(part)
        return parts

    def _with_what_all_say(self, row: _Row, sole: Mapping[str, tuple[set[str], str]]) -> list[str]:
        """The cells of the row, its blanks filled with what all others say of the submission."""
        cells = list(row.cells)
        for code in _KEYS:
            at = row.positions.get(code)
            if at is not None and at < len(cells) and not row.texts.get(code):
                cells[at] = sole[code][1]
        return cells

    def _value(self, code: str, text: str) -> str | None:
        return self._read[code](text) if text else None

    def _sole_values(self, rows: list[_Row]) -> dict[str, tuple[set[str], str]]:
        """Column → the values that rows give it, and the text of one."""
        sole: dict[str, tuple[set[str], str]] = {}
        for code in _KEYS:
            texts = {row.texts[code] for row in rows if row.texts.get(code)}
            values = {value: text for text in sorted(texts) if (value := self._value(code, text))}
            sole[code] = set(values), next(iter(values.values()), "")
        return sole

    def _trouble(self, row: _Row, sole: Mapping[str, tuple[set[str], str]]) -> Problem | None:
        for code in _KEYS:
            text = row.texts.get(code, "")
            value = self._value(code, text)
            if text and value is None:
                return row.problem(_BROKEN[code], self._submission, code)
            if not text and len(sole[code][0]) > 1:
                return row.problem(_UNCERTAIN, self._submission, code)
            owner = value or next(iter(sole[code][0]), None)
            if code == "organisation" and self._folder and owner and owner != self._folder:
                return row.problem(_OTHER, self._submission, code, f"« {self._folder} »")
        return None

    def _key(self, row: _Row, sole: Mapping[str, tuple[set[str], str]]) -> Key:
        return tuple(self._value(code, row.texts.get(code, "")) or next(iter(sole[code][0]), None) for code in _KEYS)

    def _contradictions(self, rows: list[_Row]) -> Iterator[Problem]:
        """That the rows of one submission contradict each other."""
        others = {code for row in rows for code in row.texts} - set(_KEYS)
        for code in sorted(others):
            said = [self._said(code, row) for row in rows]
            if len(set(said)) > 1:
                row = next(row for row, text in zip(rows, said, strict=True) if text != said[0])
                yield row.problem(_CONTRADICTED, self._submission, code, "la même réponse sur chaque ligne")

    def _said(self, code: str, row: _Row) -> str:
        """What a row says in a column beside the keys; a blank is « non » where the answer is yes or no."""
        text = row.texts.get(code, "").lower()
        return "" if text in _NO and self._submission.column(code).kind == "boolean" else text

    def _inherited(
        self, groups: Mapping[Key, list[_Row]], sole: Mapping[str, tuple[set[str], str]]
    ) -> Iterator[Problem]:
        """That a blank was read as what the other rows say."""
        for rows in groups.values():
            for row in rows:
                for code in _KEYS:
                    if sole[code][0] and not row.texts.get(code) and code in row.positions:
                        yield row.problem(_INHERITED, self._submission, code, f"lu « {sole[code][1]} »")

    def _representative(self, rows: list[_Row]) -> FoundSheet:
        """The submission, as one row of the file states it, or as its rows do together."""
        row = max(rows, key=lambda each: sum(map(bool, each.texts.values())))
        cells = list(row.cells)
        for code, at in row.positions.items():
            text = next((each.texts[code] for each in rows if each.texts.get(code)), "")
            cells[at : at + 1] = [row.texts[code] or text]
        return FoundSheet(self._submission, CSV_SHEET, dict(row.positions), [(row.number, cells)])

    def _without(
        self, refused: list[tuple[_Row, Problem]], problems: list[Problem], envelope: FoundSheet
    ) -> FoundWorkbook:
        sheets = dict(self._found.sheets)
        for code, part in sheets.items():
            numbers = {row.number for row, _ in refused if row.part is part}
            if numbers:
                rows = [(number, cells) for number, cells in part.rows if number not in numbers]
                errors = {place: shown for place, shown in part.errors.items() if place[0] not in numbers}
                sheets[code] = replace(part, rows=rows, errors=errors, refused=part.refused | numbers)
        sheets[ENVELOPE] = envelope
        row_problems = [*self._found.row_problems, *(problem for _, problem in refused)]
        return replace(
            self._found, sheets=sheets, problems=[*self._found.problems, *problems], row_problems=row_problems
        )


def _said_groups(groups: Mapping[Key, list[_Row]]) -> str:
    """« 2026, imagerie (lignes 2, 4 à 6) ; 2026, urgences (lignes 3, 7) »."""
    said = [
        f"{', '.join(part for part in key if part)} ({said_rows(row.number for row in rows)})"
        for key, rows in list(groups.items())[:_SHOWN_GROUPS]
    ]
    more = len(groups) - len(said)
    return " ; ".join(said) + (f" ; et {more} de plus" if more else "")
