"""Rows of a workbook of which a column, or a title above them, names another organisation or year than its first sheet.

Belongs here: refusing them. Does not: texts, whose columns say who sends each row (``csv_envelope``).

Who gathers the answers of several establishments, or of several years, keeps a column for it, or a line above each of
them (« Campagne 2025 »); a workbook is one submission, and the rows of the others would count for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from quality.reading.normalise import label_key
from quality.reading.sheets.sheet_rows import FoundSheet
from quality.reading.sheets.structure import FoundWorkbook
from quality.reading.values.typed import organisation_reader
from quality.rules.rules import Problem
from sources.referential.loader import Referential
from sources.workbook.formats.marks import column_index, column_letters
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet

_RULE, _DOUBT, _EXTRA_COLUMN = "E0142", "W0335", "I0402"
_HEADINGS = {
    "organisation": re.compile(r"(?:n|no|numero|code)? ?(?:finess)?(?: juridique)?|etablissements?|chu|structure|ej"),
    "campagne": re.compile(r"(?:annee|millesime|exercice) (?:de |d )?(?:la )?(?:campagne|enquete|recueil)"),
}
"""What people call these columns, beside the template's own words."""
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_OF_NO_CAMPAIGN = re.compile(
    r"[\w/.-]20\d\d|\b(?:janv|f[ée]v|mars|avr|mai|juin|juil|ao[ûu]t|sept|oct|nov|d[ée]c)", re.IGNORECASE
)
"""A code, a day, a month."""
_ASSESSMENTS = "evaluations"
_LINES_ABOVE = 10

Reader = Callable[[str], str | None]


def without_other_senders(found: FoundWorkbook, raw: list[RawSheet], referential: Referential) -> FoundWorkbook:
    """The workbook without the rows that say that they are of another submission; a sheet that may be is told."""
    envelope = found.sheets[ENVELOPE]
    if len(envelope.rows) != 1:
        return found
    readers: dict[str, Reader] = {"organisation": _organisation(referential), "campagne": _year}
    own = {code: value for code, read in readers.items() if (value := read(_own_text(envelope, code)))}
    parts = {part.name: part for part in found.every_sheet() if part.sheet.code != ENVELOPE and not part.is_turned}
    refused: list[Problem] = []
    for problem in found.problems:
        part = parts.get(problem.sheet or "") if problem.rule_code == _EXTRA_COLUMN and problem.cell else None
        code = _asks(problem.found or "", envelope.sheet) if part else None
        if part and code in own:
            refused += _of_others(part, problem, own[code], readers[code])
    for part in parts.values():
        refused += _below_titles(part, own, readers)
    doubts = list(_said_of_titles(found, raw, own, readers))
    if doubts:
        found = replace(found, problems=[*found.problems, *doubts])
    return _without(found, refused) if refused else found


def _said_of_titles(
    found: FoundWorkbook, raw: list[RawSheet], own: dict[str, str], readers: dict[str, Reader]
) -> Iterator[Problem]:
    """That the name of a sheet, or a line above its titles, names another one: its rows are taken all the same."""
    rows = {sheet.name: sheet.rows for sheet in raw}
    for part in found.every_sheet():
        if part.sheet.code == ENVELOPE or not part.rows:
            continue
        above = 0 if part.is_turned else min(part.rows[0][0] - 1, _LINES_ABOVE)
        for text in (part.name, *_sole_texts(rows[part.name][:above])):
            others = [value for code, value in own.items() if readers[code](text) not in (None, value)]
            if others:
                yield Problem(_DOUBT, part.name, found=text, expected=f"« {others[0]} »")


def _sole_texts(rows: list[list[str]]) -> Iterator[str]:
    """The texts that stand alone on their line."""
    for row in rows:
        filled = [text.strip() for text in row if text.strip()]
        if len(filled) == 1:
            yield filled[0]


def _asks(heading: str, envelope: Sheet) -> str | None:
    """Which of the columns of the submission a heading is."""
    key = label_key(heading)
    for code, words in _HEADINGS.items():
        if key and (words.fullmatch(key) or key in (code, label_key(envelope.column(code).label))):
            return code
    return None


@lru_cache(maxsize=4)
def _organisation(referential: Referential) -> Reader:
    """Text → organisation, by its code, its number or its name."""
    by_code = organisation_reader(referential)
    by_name = {label_key(label): code for code, label in referential.labels("organisations").items()}
    return lambda text: by_code(text) or by_name.get(label_key(text))


def _year(text: str) -> str | None:
    """The one year that a text names; that of a code (« MED-2025 ») or of a day is none."""
    years = set(_YEAR.findall(text))
    return years.pop() if len(years) == 1 and not _OF_NO_CAMPAIGN.search(text) else None


def _own_text(envelope: FoundSheet, code: str) -> str:
    at = envelope.positions.get(code)
    [(_, row)] = envelope.rows
    return row[at].strip() if at is not None and at < len(row) else ""


def _of_others(part: FoundSheet, heading: Problem, own: str, read: Reader) -> Iterator[Problem]:
    letters = (heading.cell or "").rstrip("0123456789")
    at = column_index(letters)
    for number, row in part.rows:
        text = row[at].strip() if at < len(row) else ""
        if text and read(text) not in (None, own):
            yield Problem(
                _RULE, part.name, number, heading.found, f"{letters}{number}", text, f"« {own} », ou une cellule vide"
            )


def _below_titles(part: FoundSheet, own: dict[str, str], readers: dict[str, Reader]) -> Iterator[Problem]:
    """The rows from a line that only names another one, down to a line that names this one."""
    required = [part.positions[column.code] for column in part.sheet.columns if column.required]
    named = own if part.sheet.code == _ASSESSMENTS else {code: own[code] for code in own if code != "campagne"}
    title: Problem | None = None
    for number, row in part.rows:
        if len(required) > 1 and not all(at < len(row) and row[at] for at in required):
            filled = [(at, text.strip()) for at, text in enumerate(row) if text.strip()]
            for code, value in named.items() if len(filled) == 1 else ():
                [(at, text)] = filled
                if (said := readers[code](text)) is not None:
                    cell, expected = f"{column_letters(at)}{number}", f"des lignes de « {value} »"
                    title = None if said == value else Problem(_RULE, part.name, number, None, cell, text, expected)
        if title is not None:
            yield replace(title, row=number, cell=title.cell if number == title.row else None)


def _without(found: FoundWorkbook, refused: list[Problem]) -> FoundWorkbook:
    def kept(part: FoundSheet) -> FoundSheet:
        numbers = {problem.row for problem in refused if problem.sheet == part.name and problem.row}
        rows = [(number, cells) for number, cells in part.rows if number not in numbers]
        errors = {place: shown for place, shown in part.errors.items() if place[0] not in numbers}
        return replace(part, rows=rows, errors=errors, refused=part.refused | numbers) if numbers else part

    first = {code: kept(part) for code, part in found.sheets.items()}
    beside = {code: [kept(part) for part in parts] for code, parts in found.beside.items()}
    once = list({(problem.sheet, problem.row): problem for problem in refused}.values())
    return replace(found, sheets=first, beside=beside, row_problems=[*found.row_problems, *once])
