"""Whatever is written anywhere in an export: it is in a response, or the account says why it is not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sources.forms.account import FormExport
from sources.forms.exports import read_export, recognise
from sources.forms.mapping import form_mappings
from sources.forms.response import read_response
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import RawSheet
from tests.sources.forms.exports_by_hand import ASSESSMENTS, MAIN, USE_CASES, kobo_tables, microsoft_tables

LINKS = {"_index", "_parent_index", "_uuid"}
ADDED = ("Remarque", "", "evaluations/evaluations_IMP_1_1", "cas_usage/cas_usage_fonctions/PREDICTIVE", "_notes",
         "cas_usage/cas_usage_fonctions/Autre", "_validation_status", "Rôle", "cas_usage_cas_usage_autre")  # fmt: skip
MARK = "zq{}qz"


@lru_cache(maxsize=1)
def referential() -> Referential:
    return load_referential()


@st.composite
def marked_exports(draw: st.DrawFn) -> tuple[list[RawSheet], dict[str, tuple[str, int, int]]]:
    """An export with columns added and cells overwritten by marks, each mark with its sheet, row and column."""
    tables: dict[str, Any] = draw(st.sampled_from([kobo_tables(), microsoft_tables()]))
    sheets, marks = [], {}
    for name, table in tables.items():
        rows = [["" if cell is None else str(cell) for cell in row] for row in table]
        added = draw(st.lists(st.sampled_from(ADDED), max_size=3))
        rows = [[*row, *(added if number == 0 else [""] * len(added))] for number, row in enumerate(rows)]
        free = [at for at, heading in enumerate(rows[0]) if heading not in LINKS]
        places = st.tuples(st.integers(1, len(rows) - 1), st.sampled_from(free))
        for row, at in draw(st.sets(places, max_size=4)):
            mark = MARK.format(len(marks))
            rows[row][at] = mark
            marks[mark] = (name, row + 1, at)
        sheets.append(RawSheet(name, rows))
    return sheets, marks


def accounts_for(export: FormExport, sheets: list[RawSheet], mark: str, place: tuple[str, int, int]) -> bool:
    sheet, _, at = place
    heading = next(each for each in sheets if each.name == sheet).rows[0][at]
    taken = any(mark in response.content.decode() for response in export.responses)
    told = (export.contradicted, export.set_aside, export.unknown_states, export.unread, export.foreign_choices)
    said = any(mark in cell.text for cells in told for cell in cells)
    ignored = (sheet, at, heading) in export.unknown or heading in export.tool_columns.get(sheet, [])
    left_out = export.sheets[sheet][0] > export.sheets[sheet][1]
    because = (export.without_id, export.contradicted, export.orphans, export.set_aside, export.unknown_states)
    refused = any(because) and left_out
    return taken or said or ignored or refused


@settings(max_examples=150, deadline=None)
@given(marked_exports())
def test_every_cell_is_taken_refused_or_told(made: tuple[list[RawSheet], dict[str, tuple[str, int, int]]]) -> None:
    sheets, marks = made
    mapping = recognise(sheets, form_mappings())
    if mapping is None:  # The marks have overwritten what only the tool writes.
        return
    export = read_export(sheets, mapping, referential())
    assert export is not None
    lost = {mark: place for mark, place in marks.items() if not accounts_for(export, sheets, mark, place)}
    assert lost == {}


@settings(max_examples=60, deadline=None)
@given(st.permutations(MAIN), st.permutations(USE_CASES), st.permutations(ASSESSMENTS), st.permutations([0, 1, 2]))
def test_the_order_of_columns_and_sheets_changes_no_answer(
    main: list[str], use_cases: list[str], assessments: list[str], order: list[int]
) -> None:
    tables = kobo_tables()
    orders = dict(zip(tables, (main, use_cases, assessments), strict=True))
    moved = [
        RawSheet(name, [[str(row[list(table[0]).index(heading)]) for heading in orders[name]] for row in table])
        for name, table in tables.items()
    ]
    found = []
    as_it_was = [RawSheet(name, [[str(cell) for cell in row] for row in table]) for name, table in tables.items()]
    for sheets in (as_it_was, [moved[at] for at in order]):
        mapping = recognise(sheets, form_mappings())
        assert mapping is not None
        export = read_export(sheets, mapping, referential())
        assert export is not None
        found.append(_facts(export))
    assert found[0] == found[1]


def _facts(export: FormExport) -> list[Any]:
    return [
        (response.response_id, sheet.name, [sorted(row.items()) for row in sheet.answers()])
        for response in export.responses
        for sheet in read_response(response.content)
    ]
