"""The two laws of readings, over generated workbooks and over every file of the corpus.

(1) For each cell that holds something, the receipt or the lake accounts for it. (2) What a person would call the same
file gives the same facts or a refusal, never other facts (``test_properties`` holds formats and encodings).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.template.layout import Sheet
from tests.corpus.accounting import unaccounted
from tests.corpus.make import FILES
from tests.corpus.test_properties import LAYOUT, REFERENTIAL, submissions

HANDED = Path(__file__).parents[3] / "shared" / "cases"
ALL_FILES = sorted([*FILES.iterdir(), *(HANDED.glob("*") if HANDED.is_dir() else [])])


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.name)
def test_every_cell_of_every_file_is_accounted_for(path: Path) -> None:
    try:
        raw = read_workbook(path.read_bytes())
    except UnreadableFileError:
        return  # refused whole, in words: other tests hold them
    assert not unaccounted(raw, REFERENTIAL)


def as_written(value: Any) -> str:
    """A value as a reader gives it to what judges."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_NOTES = st.sampled_from(["", "", "à voir", "TOTAL", "12", "Fort", "CAT-001", "x", "2026", "Mme"])


@st.composite
def lived_in(draw: st.DrawFn) -> list[RawSheet]:
    """A submission as people leave it: titles above, notes beside and below, columns moved, blank rows between."""
    content = draw(submissions())
    return [_lived_in(draw, sheet, content[sheet.code]) for sheet in LAYOUT]


def _lived_in(draw: st.DrawFn, sheet: Sheet, rows: list[dict[str, Any]]) -> RawSheet:
    columns = draw(st.permutations(sheet.columns))
    beside = draw(st.integers(0, 2))
    titles = [column.label for column in columns] + [draw(st.sampled_from(["", "Remarques", "Notre avis"]))] * beside
    above = [[draw(_NOTES)] for _ in range(draw(st.integers(0, 3)))]
    table = []
    for row in rows:
        table += [[] for _ in range(draw(st.integers(0, 1)))]
        table.append([as_written(row[column.code]) for column in columns] + [draw(_NOTES) for _ in range(beside)])
    width = len(titles)
    below = [[""] * width + [draw(_NOTES)] for _ in range(draw(st.integers(0, 2)))]
    return RawSheet(sheet.label, [*above, titles, *table, *below])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=lived_in())
def test_every_cell_of_a_workbook_that_was_lived_in_is_accounted_for(raw: list[RawSheet]) -> None:
    assert not unaccounted(raw, REFERENTIAL)
