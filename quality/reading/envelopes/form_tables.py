"""Workbooks without our « Établissement » sheet whose tables say who sends each row, like a CSV does.

Belongs here: taking them for tables of text. Does not: exports whose responses are told apart (``form_exports``), the
headings (``headings``), who sends each row (``csv_envelope``).

A spreadsheet of Grist, of Google Forms, or a form's export saved under another format holds what a CSV holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from quality.reading.envelopes.form_words import said_beside_responses
from quality.reading.explaining_sheets import said_of_explaining
from quality.reading.sheets.sheet_rows import row_count
from quality.reading.sheets.structure import FoundWorkbook, find_structure, template_version
from quality.reading.values.names_beside import said_of_names_beside
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.forms.exports import recognise
from sources.forms.mapping import FormMapping, form_mappings
from sources.forms.recognition import bears_its_marks
from sources.forms.tables import FormTables, read_tables
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, workbook_layout


def find_workbook(
    sheets: list[RawSheet], referential: Referential, site_mappings: Path | None = None
) -> tuple[FoundWorkbook, list[RawSheet]]:
    """What is recognised in a file that is no export with identifiers, and the sheets in which it was.

    Raises ``FormMappingError``.
    """
    layout = workbook_layout(referential)
    if template_version(sheets) is not None:
        return _with_explaining(find_structure(sheets, layout), sheets, referential), sheets
    mappings = [mapping for mapping in form_mappings(site_mappings) if not mapping.response_id]
    if (mapping := recognise(sheets, mappings)) and (tables := _tables_of(sheets, mapping, referential)):
        marked = [sheet for sheet in sheets if bears_its_marks(sheet, mapping)]
        tables.sheets.extend(_as_text(sheet) for sheet in sheets if sheet not in marked)
        found = _found_in(tables, mapping, referential)
        return replace(found, problems=[*found.problems, *_said_of_others(marked)]), tables.sheets
    found = find_structure(sheets, layout)
    if any(problem.rule_code == "E0101" for problem in found.problems) and not any(each.is_hidden for each in sheets):
        texts = [_as_text(sheet) for sheet in sheets]
        again = find_structure(texts, layout)
        if ENVELOPE in again.sheets and "organisation" in again.sheets[ENVELOPE].positions:
            return again, texts
    return _with_explaining(found, sheets, referential), sheets


def _with_explaining(found: FoundWorkbook, sheets: list[RawSheet], referential: Referential) -> FoundWorkbook:
    beside = said_of_names_beside(found.sheets, found.problems, referential)
    said = [*said_of_explaining(sheets, referential), *beside]
    return replace(found, problems=[*found.problems, *said]) if said else found


def _tables_of(sheets: list[RawSheet], mapping: FormMapping, referential: Referential) -> FormTables | None:
    marked = next(sheet for sheet in sheets if bears_its_marks(sheet, mapping))
    return read_tables(marked, mapping, referential)


def _said_of_others(marked: list[RawSheet]) -> Iterator[Problem]:
    """That a second table of responses is not read: a form linked anew writes the first one's again in it, or not."""
    first, *others = marked
    for sheet in others:
        if count := row_count(sheet):
            expected = f"les réponses dans une seule feuille : « {first.name} » est seule lue"
            yield Problem("W0321", sheet=sheet.name, found=counted(count, "ligne"), expected=expected)


def _found_in(tables: FormTables, mapping: FormMapping, referential: Referential) -> FoundWorkbook:
    found = find_structure(tables.sheets, workbook_layout(referential))
    refused = frozenset(place.row for place in tables.contradicted)
    parts = {
        code: part if code == ENVELOPE else replace(part, refused=part.refused | refused)
        for code, part in found.sheets.items()
    }
    tables.account.contradicted = tables.contradicted
    said = list(said_beside_responses(tables.account))
    of_file = [problem for problem in said if problem.rule.severity != "erreur"]
    of_rows = [problem for problem in said if problem.rule.severity == "erreur"]
    return replace(
        found,
        sheets=parts,
        problems=[*_said_of_tool(mapping), *found.problems, *of_file],
        row_problems=[*found.row_problems, *of_rows],
    )


def _said_of_tool(mapping: FormMapping) -> Iterator[Problem]:
    yield Problem("I0611", found=mapping.title)


def _as_text(sheet: RawSheet) -> RawSheet:
    """The sheet as a table of text, all rows as wide as each other."""
    width = max(map(len, sheet.rows), default=0)
    rows = [row + [""] * (width - len(row)) if any(text.strip() for text in row) else row for row in sheet.rows]
    return replace(sheet, rows=rows, is_text=True)
