"""Whatever the sender wrote, annotating changes no value but those that are masked."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from quality.answers.annotated.fresh import fresh_workbook
from quality.answers.annotated.notes import notes_by_sheet
from quality.answers.annotated.patched import patched_workbook
from quality.answers.answer import Answer
from quality.rules.rules import Problem
from quality.verdicts.verdicts import PARTIAL, FileVerdict, MaskedCell

_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20
)
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    _TEXTS.filter(lambda text: not text.startswith("=")),
    st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1)),
    st.sampled_from(["=1+1", "=A1", "+1", "-x", "@SUM(1)", "<b>&amp;", "_x0041_", " espaces "]),
)
_CELLS = st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 8)), _VALUES, min_size=1, max_size=25)


def written(cells: dict[tuple[int, int], Any]) -> bytes:
    book = Workbook()
    book.active.title = "Feuille d'essai"
    for (row, column), value in cells.items():
        book.active.cell(row, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def values(content: bytes, sheet: str = "Feuille d'essai") -> dict[str, Any]:
    found = load_workbook(io.BytesIO(content))[sheet]
    return {cell.coordinate: cell.value for row in found.iter_rows() for cell in row if cell.value is not None}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cells=_CELLS,
    marked=st.sets(st.tuples(st.integers(1, 12), st.integers(1, 8)), max_size=6),
    masked=st.sets(st.tuples(st.integers(1, 12), st.integers(1, 8)), max_size=2),
    found=_TEXTS,
)
def test_annotating_changes_no_value_but_masked_ones(
    cells: dict[tuple[int, int], Any], marked: set[tuple[int, int]], masked: set[tuple[int, int]], found: str
) -> None:
    content = written(cells)
    before = values(content)
    letters = "ABCDEFGH"
    sheet = "Feuille d'essai"
    problems = [
        Problem("E0202", sheet, row, "Colonne", f"{letters[column - 1]}{row}", found, "autre chose")
        for row, column in sorted(marked)
    ]
    there = {(row, column) for row, column in masked if f"{letters[column - 1]}{row}" in before}
    hidden = {str(before[f"{letters[column - 1]}{row}"]) for row, column in there}
    shown = [found, *(str(value) for cell, value in before.items() if (int(cell[1:]), ord(cell[0]) - 64) not in there)]
    assume(not any(text in other for text in hidden for other in shown))  # Repeated, it makes the file unfit to patch.
    masks = [MaskedCell(sheet, row, column - 1, "[masqué]") for row, column in sorted(there)]
    answer = Answer(FileVerdict(PARTIAL, None, [], problems, masks), "essai.xlsx")
    workbook = patched_workbook(content, answer)
    expected = before | {f"{letters[column - 1]}{row}": "[masqué]" for row, column in there}
    assert values(workbook.content) == expected
    after = load_workbook(io.BytesIO(workbook.content))[sheet]
    rows = {row for row, _ in cells}
    for (row, column), note in notes_by_sheet(problems).get(sheet, {}).items():
        if row in rows and values(content):
            comment = after.cell(row, column + 1).comment
            assert comment is not None
            assert comment.text.startswith(note.text.partition("\n")[0])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=_CELLS)
def test_a_copy_shows_the_values_where_they_stood(cells: dict[tuple[int, int], Any]) -> None:
    plain = {
        place: value
        for place, value in cells.items()
        if not (isinstance(value, str) and (value.startswith("=") or not value.strip() or "_x" in value))
    }
    if not any(value is not None for value in plain.values()):
        return
    content = written(plain)
    answer = Answer(FileVerdict(PARTIAL, None, [], [], []), "essai.xlsx")
    copied = values(fresh_workbook(content, answer).content)
    assert copied.keys() == values(content).keys()
    for cell, value in values(content).items():
        if isinstance(value, str):
            assert copied[cell].replace("\r\n", "\n") == value
        else:
            assert copied[cell] == value
