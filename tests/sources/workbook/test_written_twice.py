"""What a file gives twice is never a silent choice: a cell, a part of its zip, the name of a sheet."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.batch.check import check_file
from sources.referential.loader import load_referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.formats import xls_marks, xlsb_marks
from sources.workbook.formats.marks import WRITTEN_TWICE, column_letters
from sources.workbook.reading import read_workbook
from tests.corpus.make import tables, with_part, workbook
from tests.sources.workbook.sheet_writings import TRANSITIONAL
from tests.sources.workbook.sheet_writings import workbook as one_sheet

EVALUATIONS = "xl/worksheets/sheet4.xml"
Written = list[tuple[tuple[int, int], str]]


def _xml(rows: list[tuple[int, Written]]) -> bytes:
    """Rows in their order, each with its cells in theirs."""
    written = "".join(
        f'<row r="{row + 1}">'
        + "".join(
            f'<c r="{column_letters(c)}{r + 1}" t="inlineStr"><is><t>{text}</t></is></c>' for (r, c), text in cells
        )
        + "</row>"
        for row, cells in rows
    )
    return f'<worksheet xmlns="{TRANSITIONAL}"><sheetData>{written}</sheetData></worksheet>'.encode()


CELLS = st.lists(
    st.tuples(st.tuples(st.integers(0, 4), st.integers(0, 3)), st.sampled_from(["Fort", "Faible", ""])), min_size=1
)


@settings(max_examples=300, deadline=None)
@given(CELLS, st.randoms(use_true_random=False))
def test_cells_in_any_order_are_read_and_those_of_two_values_are_in_error(cells: Written, chance: object) -> None:
    by_row: dict[int, Written] = {}
    for place, text in cells:
        by_row.setdefault(place[0], []).append((place, text))
    pieces = [(row, piece) for row, all_of in by_row.items() for piece in (all_of[::2], all_of[1::2]) if piece]
    chance.shuffle(pieces)  # type: ignore[attr-defined]
    [sheet] = read_workbook(one_sheet(_xml(pieces)))
    values: dict[tuple[int, int], set[str]] = {}
    for place, text in cells:
        if text:
            values.setdefault(place, set()).add(text)
    assert sheet.errors == {place: WRITTEN_TWICE for place, texts in values.items() if len(texts) > 1}
    read = {(r, c): text for r, row in enumerate(sheet.rows) for c, text in enumerate(row) if text}
    assert read == {place: next(iter(texts)) for place, texts in values.items() if len(texts) == 1}


@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize(
    ("first", "second"),
    [("<v>4</v>", "<v>5</v>"), ("<v>4</v>", "<is><t>5</t></is>"), ("<is><t>4</t></is>", "<is><t>5</t></is>")],
)
def test_a_cell_that_holds_two_values_is_in_error(first: str, second: str, blank: str) -> None:
    """« 45000 » and « 1 » would have been put together."""
    cell = f'<c r="A1"{" t=" + chr(34) + "inlineStr" + chr(34) if "<is" in first else ""}>{first}{blank}{second}</c>'
    xml = f'<worksheet xmlns="{TRANSITIONAL}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    [sheet] = read_workbook(one_sheet(xml.encode()))
    assert sheet.errors == {(0, 0): WRITTEN_TWICE}


def test_a_row_written_twice_is_refused_by_its_cells(tmp_path: Path) -> None:
    def twice(xml: bytes) -> bytes:
        row = re.search(rb'<row r="2".*?</row>', xml, re.DOTALL)
        assert row
        return xml.replace(b"</sheetData>", re.sub(rb'(<c r="E2"[^>]*)>.*?</c>', rb"\1><v>1</v></c>", row[0])
                           .replace(b't="inlineStr"', b"").replace(b't="s"', b"") + b"</sheetData>")  # fmt: skip

    path = tmp_path / "deux.xlsx"
    path.write_bytes(with_part(workbook(tables()), EVALUATIONS, twice))
    problems = check_file(path, load_referential()).verdict.problems
    assert ("E0247", "Évaluations", "E2") in {(each.rule_code, each.sheet, each.cell) for each in problems}


NUMBER, SEVERAL, END = 0x0203, 0x00BD, struct.pack("<HH", 0x000A, 0)


def _xls(kind: int, *data: bytes) -> bytes:
    content = b"".join(data)
    return struct.pack("<HH", kind, len(content)) + content


@pytest.mark.parametrize(
    ("records", "twice"),
    [
        ([_xls(NUMBER, struct.pack("<HHHd", 3, 1, 15, value)) for value in (1.0, 2.0)], {(3, 1)}),
        ([_xls(NUMBER, struct.pack("<HHHd", 3, 1, style, 1.0)) for style in (15, 16)], set()),
        (
            [
                _xls(SEVERAL, struct.pack("<HH", 3, 0), struct.pack("<HIHI", 15, 6, 15, 10), struct.pack("<H", 1)),
                _xls(0x027E, struct.pack("<HHHI", 3, 1, 15, 14)),
            ],
            {(3, 1)},
        ),
        ([_xls(0x0201, struct.pack("<HHH", 3, 1, 15)), _xls(0x00FD, struct.pack("<HHHI", 3, 1, 15, 0))], set()),
    ],
    ids=["numbers", "the same", "among several", "a blank"],
)
def test_an_xls_that_gives_a_cell_two_values(records: list[bytes], twice: set[tuple[int, int]]) -> None:
    marks = xls_marks._marks(b"".join([*records, END]), 0, frozenset())
    assert marks.errors == dict.fromkeys(twice, WRITTEN_TWICE)


@pytest.mark.parametrize(("second", "is_twice"), [(1.0, False), (2.0, True)])
def test_an_xlsb_that_gives_a_cell_two_values(second: float, is_twice: bool) -> None:
    row = bytes([0, 12]) + struct.pack("<III", 3, 0, 0)
    blank = bytes([1, 8]) + struct.pack("<II", 1, 0)
    cells = [bytes([5, 16]) + struct.pack("<IId", 1, style, value) for style, value in ((0, 1.0), (1, second))]
    marks = xlsb_marks._marks(b"".join([row, blank, *cells]), xlsb_marks._Styles(), {})
    assert marks.errors == ({(3, 1): WRITTEN_TWICE} if is_twice else {})


def test_an_xml_spreadsheet_that_gives_a_cell_two_values() -> None:
    cell = '<Cell ss:Index="2"><Data ss:Type="String">{}</Data></Cell>'
    document = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="F"><Table><Row>'
        f"{cell.format('Fort')}{cell.format('Faible')}</Row></Table></Worksheet></Workbook>"
    )
    [sheet] = read_workbook(document.encode())
    assert sheet.errors == {(0, 1): WRITTEN_TWICE}


@pytest.mark.parametrize("name", [EVALUATIONS, EVALUATIONS.upper(), EVALUATIONS.replace("/", "\\")])
def test_a_part_given_twice_with_other_bytes_is_refused(name: str) -> None:
    content = workbook(tables())
    for is_refused in (True, False):
        stream = io.BytesIO(content)
        with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
            warnings.simplefilter("ignore")
            archive.writestr(name, archive.read(EVALUATIONS) + b"\n" * is_refused)
        if is_refused:
            with pytest.raises(UnreadableFileError, match="deux fois"):
                read_workbook(stream.getvalue())
        else:
            assert read_workbook(stream.getvalue()) == read_workbook(content)


def test_two_sheets_of_one_name_are_refused() -> None:
    def twice(xml: bytes) -> bytes:
        sheet = re.search(rb"<sheet [^>]*name=\"Objectifs\"[^>]*/>", xml)
        assert sheet
        return xml.replace(b"</sheets>", sheet[0] + b"</sheets>")

    with pytest.raises(UnreadableFileError, match="même nom"):
        read_workbook(with_part(workbook(tables()), "xl/workbook.xml", twice))
