"""What holds for any content: nothing is lost or invented between a template and the lake, whatever the format."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from quality.batch.check import check_file
from quality.reading.normalise import is_ditto
from quality.reading.sheets.structure import find_structure
from quality.reading.values.typed import LIST_SEPARATOR
from quality.verdicts.lake_rows import lake_rows
from quality.verdicts.validation import ValidatedBatch, validate
from quality.verdicts.verdicts import decide
from sources.referential.loader import load_referential
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.template.layout import CHOICE_SEPARATOR, Column, Sheet, workbook_layout
from sources.workbook.template.template import write_template
from sources.workbook.template.template_sheets import IGNORED_ROW_PREFIXES
from sources.workbook.text.twice_encoded import mended
from tests.corpus.make import FILES

REFERENTIAL = load_referential()
LAYOUT = workbook_layout(REFERENTIAL)
LYON = "690781810"
OPENED, RECEIVED = dt.date(2026, 6, 1), dt.date(2026, 11, 28)

_LETTERS = st.characters(codec="cp1252", categories=("L", "N", "P"), exclude_characters="#=+-@'’\"")
_TEXTS = st.text(_LETTERS, min_size=1, max_size=12).filter(
    # The trace of an encoding taken for another (« Ã ») is put back or told: tests.quality.reading.test_misread_cells
    lambda text: (
        not text.startswith(IGNORED_ROW_PREFIXES)
        and mended(text) == (text, "")
        # A lone « » » repeats the cell above, and is refused: tests.corpus.mistakes
        and not pl.select(is_ditto(pl.lit(text.strip()))).item()
    )
)


def cell(column: Column, number: int) -> st.SearchStrategy[Any]:
    """What the template lets one write in the column; ``number`` tells rows apart where a code must."""
    match column.kind:
        case "choice":
            written = st.sampled_from([label for label in column.offered if label != column.missing_label])
        case "choices":
            labels = st.lists(st.sampled_from(list(column.choices.values())), min_size=1, max_size=3, unique=True)
            written = labels.map(f" {CHOICE_SEPARATOR} ".join)
        case "number":
            written = st.integers(0, 10**9) | st.decimals(0, 10**6, places=2).map(float)
        case "integer":
            written = st.integers(0, 10**6)
        case "date":
            may_be_ahead = column.date_of in ("", "status")
            written = st.dates(*((dt.date(1990, 1, 1), dt.date(2100, 12, 31)) if may_be_ahead else (OPENED, RECEIVED)))
        case "boolean":
            written = st.booleans()
        case "use_case":
            return st.just(f"{LYON}-{number + 1}")
        case "code":
            return st.just(f"C-{number}")
        case "organisation":
            return st.just(LYON)
        case _:
            written = _TEXTS
    return written if column.required else st.none() | written


def row(sheet: Sheet, number: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({column.code: cell(column, number) for column in sheet.columns})


@st.composite
def submissions(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    content = {LAYOUT[0].code: [draw(row(LAYOUT[0], 0)) | {"retrait": None}]}
    for sheet in LAYOUT[1:]:
        content[sheet.code] = [draw(row(sheet, number)) for number in range(draw(st.integers(0, 2)))]
    return content


def validated(sheets: list[RawSheet]) -> ValidatedBatch:
    return validate({0: find_structure(sheets, LAYOUT)}, LAYOUT, REFERENTIAL, {}, {0: RECEIVED})


def meant(column: Column, written: Any) -> Any:
    """The typed value of what was written."""
    match column.kind:
        case "choice":
            return next((code for code, label in column.choices.items() if label == written), None)
        case "choices" if written:
            labels = written.split(f" {CHOICE_SEPARATOR} ")
            return LIST_SEPARATOR.join(code for code, label in column.choices.items() if label in labels)
        case _:
            return written


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=submissions())
def test_what_the_template_permits_comes_back_equal(content: dict[str, Any], tmp_path_factory: Any) -> None:
    path = write_template(tmp_path_factory.mktemp("t") / "classeur.xlsx", REFERENTIAL, content)
    batch = validated(read_workbook(path.read_bytes()))
    assert not [p for p in batch.problems[0] if p.rule_code.startswith(("E00", "E01", "E02"))]
    for sheet in LAYOUT:
        frame = batch.frames[sheet.code]
        written = [row for row in content[sheet.code] if any(value is not None for value in row.values())]
        assert frame.height == len(written)
        for column in sheet.columns:
            expected = [meant(column, row[column.code]) for row in written]
            assert frame[f"{column.code}__value"].to_list() == expected, column.code


_CELLS = st.text(max_size=8) | st.sampled_from(["CAT-001", "Fort", "Médecin", "Exemple", LYON, "12,5", "oui", ""])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_read_is_taken_plus_rejected_plus_ignored_whatever_the_cells_hold(data: st.DataObject) -> None:
    sheets = []
    for sheet in LAYOUT:
        heading = [column.label for column in sheet.columns]
        rows = data.draw(st.lists(st.lists(_CELLS, min_size=len(heading), max_size=len(heading)), max_size=3))
        sheets.append(RawSheet(sheet.label, [heading, *rows]))
    found = find_structure(sheets, LAYOUT)
    verdict = decide(0, found, validate({0: found}, LAYOUT, REFERENTIAL, {}), None)
    counts = {count.sheet: count for count in verdict.counts}
    for raw in sheets:
        filled = sum(1 for row in raw.rows[1:] if any(text.strip() for text in row))
        if raw.name in counts:
            count = counts[raw.name]
            assert count.read == count.taken + count.rejected + count.ignored == filled


def test_the_same_content_in_every_format_gives_the_same_rows() -> None:
    expected = _lake("format-openpyxl.xlsx")
    assert expected["answers"].height
    for path in sorted(FILES.glob("format-*")):
        _assert_same(_lake(path.name), expected, path.name)
    for name in ("zip-un-classeur.zip", "zip-un-csv-par-feuille.zip", "forme-colonnes-a-l-envers.xlsx"):
        _assert_same(_lake(name), expected, name)


def test_the_same_text_in_every_encoding_gives_the_same_rows() -> None:
    expected = _lake("texte-utf-8-point-virgule.csv")
    assert expected["answers"].height
    for path in sorted(FILES.glob("texte-*-*.csv")):
        if check_file(path, REFERENTIAL).verdict.counts[0].read == 2:
            _assert_same(_lake(path.name), expected, path.name)


Rewriting = Callable[[dict[str, list[list[Any]]]], dict[str, list[list[Any]]]]
"""From sheets to the same, as another hand or program leaves them."""


def _in_another_order(sheets: dict[str, list[list[Any]]]) -> dict[str, list[list[Any]]]:
    return dict(reversed(sheets.items()))


def _with_columns_moved(sheets: dict[str, list[list[Any]]]) -> dict[str, list[list[Any]]]:
    return {name: [row[::-1] for row in rows] for name, rows in sheets.items()}


def _decomposed(sheets: dict[str, list[list[Any]]]) -> dict[str, list[list[Any]]]:
    def apart(value: Any) -> Any:
        return unicodedata.normalize("NFD", value) if isinstance(value, str) else value

    return {apart(name): [[apart(value) for value in row] for row in rows] for name, rows in sheets.items()}


def _with_the_comma(sheets: dict[str, list[list[Any]]]) -> dict[str, list[list[Any]]]:
    """Numbers with decimals as a French hand types them into cells of text."""

    def typed(value: Any) -> Any:
        return format(Decimal(repr(value)), "f").replace(".", ",") if isinstance(value, float) else value

    return {name: [[typed(value) for value in row] for row in rows] for name, rows in sheets.items()}


_REWRITINGS: tuple[Rewriting, ...] = (_in_another_order, _with_columns_moved, _decomposed, _with_the_comma)
_EPOCHS = (CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=submissions(),
    rewritings=st.lists(st.sampled_from(_REWRITINGS), unique=True),
    epoch=st.sampled_from(_EPOCHS),
)
def test_the_same_content_rewritten_gives_the_same_facts_or_is_refused(
    content: dict[str, Any], rewritings: list[Rewriting], epoch: dt.datetime
) -> None:
    sheets = {
        sheet.label: [
            [column.label for column in sheet.columns],
            *([row[column.code] for column in sheet.columns] for row in content[sheet.code]),
        ]
        for sheet in LAYOUT
    }
    expected = _facts(_saved(sheets, CALENDAR_WINDOWS_1900))
    rewritten = reduce(lambda one, rewriting: rewriting(one), rewritings, sheets)
    for table, rows in _facts(_saved(rewritten, epoch)).items():
        assert rows <= expected[table], (table, rewritings)


def _saved(sheets: dict[str, list[list[Any]]], epoch: dt.datetime) -> bytes:
    """The workbook, its dates counted from that day as Excel counts them."""
    book = openpyxl.Workbook()
    book.epoch = epoch
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _facts(content: bytes) -> dict[str, set[tuple[Any, ...]]]:
    """What is taken of a workbook, sheet by sheet, whatever the order of its rows and columns."""
    frames = validated(read_workbook(content)).frames
    return {
        sheet.code: set(
            frames[sheet.code]
            .filter("is_taken")
            .select(f"{column.code}__value" for column in sheet.columns)
            .iter_rows()
        )
        for sheet in LAYOUT
    }


def _lake(name: str) -> dict[str, pl.DataFrame]:
    batch = validated(read_workbook((FILES / name).read_bytes()))
    rows = lake_rows(batch, LAYOUT, REFERENTIAL, [0])
    places = ("sheet", "row_number", "cell")
    return {table: frame.drop(places, strict=False) for table, frame in rows.items() if table != "cells"}


def _assert_same(rows: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame], name: str) -> None:
    for table, frame in expected.items():
        columns = frame.columns
        assert rows[table].sort(columns).equals(frame.sort(columns)), (name, table, Path(name).suffix)
