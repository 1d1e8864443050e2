"""A format, a sheet or a rule that shows one number as itself and another as nothing, a word or another number."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import DataBarRule, Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from sources.workbook.formats import xlsb_marks
from sources.workbook.formats.marks import BY_RULE, HIDDEN, MONTH_FIRST, SCALED, STRUCK
from sources.workbook.formats.number_formats import _MONTH_BEFORE_DAY, may_show_otherwise, shown_beside
from sources.workbook.reading import RawSheet, read_workbook
from tests.corpus.make import converted

ACCOUNTS = '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'
BY_VALUE: list[tuple[str, float | str, str | None]] = [
    ('[>40000]"beaucoup";0', 45000, HIDDEN),
    ('[>40000]"beaucoup";0', 400, None),
    ('[<1]"";0', 0, HIDDEN),
    ('[<1]"";0', 2, None),
    ('[=0]"n/a";General', 0, HIDDEN),
    ('[=0]"n/a";General', 4, None),
    ('[<1000]0" €";0" k€"', 40, None),
    ('[<1000]0" €";0" k€"', 4000, "k€"),
    ('[=1]"Faible";[=2]"Moyen";"Fort"', 3, HIDDEN),
    ("0;-0;;@", 0, HIDDEN),
    ("0;-0;;@", 3, None),
    ('0;-0;"néant"', 0, HIDDEN),
    ("#", 0, HIDDEN),
    ("#,###", 5, None),
    ('General" k€"', 45, "k€"),
    (";;;", "Fort", HIDDEN),
    ('0;-0;0;"rien"', "45", HIDDEN),
]
"""A format, the value under it, what is told."""


@pytest.mark.parametrize(("code", "value", "told"), BY_VALUE)
def test_what_a_format_shows_depends_on_the_value(code: str, value: float | str, told: str | None) -> None:
    assert shown_beside(code, None if isinstance(value, str) else value) == told
    assert may_show_otherwise(code)


@pytest.mark.parametrize(
    ("code", "value", "told"),
    [
        ("0;-0;0;@", None, None),
        ("[>1]0;0%", 40, HIDDEN), ("[>1]0;0%", 0.4, None), ('@" k€"', None, "k€"), ("[>100]0", 5, HIDDEN),
        ('[=0]"-";General', 0, None), ("0,", 4000, SCALED), ('"a;b"0', 4, "a;b"), ('0;"b"0', 4, None),
    ],
)  # fmt: skip
def test_percentages_texts_and_dashes_under_conditions(code: str, value: float | None, told: str | None) -> None:
    assert shown_beside(code, value) == told


@pytest.mark.parametrize(
    "code",
    ["General", "0", "0%", "#,##0.00", ACCOUNTS, '#,##0\\ "€";[Red]\\-#,##0\\ "€"', "dd/mm/yyyy;@", "# ?/?", "00000",
     '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', "#,##0_);(#,##0)", "@", "[h]:mm", "0.00E+00"],
)  # fmt: skip
def test_the_formats_of_ordinary_workbooks_ask_for_no_look_at_their_cells(code: str) -> None:
    assert not may_show_otherwise(code)


MARCH_4, MARCH_15, MARCH_3 = 46085, 46096, 46084


@pytest.mark.parametrize(
    ("code", "day", "told"),
    [
        ("mm/dd/yyyy", MARCH_4, MONTH_FIRST), ("m-d-yy", MARCH_4, MONTH_FIRST),
        ("[$-409]m/d/yy h:mm", MARCH_4, MONTH_FIRST),
        ("mm/dd/yyyy", MARCH_15, None), ("mm/dd/yyyy", MARCH_3, None), ("dd/mm/yyyy", MARCH_4, None),
        ("yyyy-mm-dd", MARCH_4, None), ("mmm d, yyyy", MARCH_4, None), ("mmmm d", MARCH_4, None),
        ("h:mm", MARCH_4, None),
        ("[$-40C]d mmmm yyyy;@", MARCH_4, None), ("mm/yyyy", MARCH_4, None),
    ],
)  # fmt: skip
def test_a_day_shown_behind_its_month_is_told_where_it_may_be_taken_for_it(
    code: str, day: int, told: str | None
) -> None:
    assert shown_beside(code, day) == told
    assert may_show_otherwise(code) is (_MONTH_BEFORE_DAY.search(code.removeprefix("[$-409]")) is not None)


def _book(change: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    change(book.active)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _by_value(sheet: Any) -> None:
    for row, (code, value, _) in enumerate(BY_VALUE, start=1):
        sheet.cell(row, 1, value).number_format = code


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_each_cell_is_told_by_its_own_value_in_each_kind_of_file(kind: str) -> None:
    content = _book(_by_value)
    [sheet] = read_workbook(content if kind == "xlsx" else converted(content, "xlsx", kind))
    assert sheet.looks == {(row, 0): told for row, (_, _, told) in enumerate(BY_VALUE) if told}


@pytest.mark.parametrize(("value", "told"), [(0, HIDDEN), (45000, HIDDEN), (7, None), (-1.5, None), (400.25, None)])
@pytest.mark.parametrize("is_short", [True, False])
def test_numbers_of_an_xlsb_long_and_short(value: float, told: str | None, is_short: bool) -> None:
    short = struct.pack("<i", (int(value * 100) << 2) | 3)
    written = short if is_short else struct.pack("<d", value)
    row = bytes([0, 12]) + struct.pack("<III", 3, 0, 0)
    cell = bytes([2 if is_short else 5, 8 + len(written)]) + struct.pack("<II", 1, 6) + written
    styles = xlsb_marks._Styles(looks={6: (None, '[>40000]"beaucoup";[=0]"n/a";General')})
    assert xlsb_marks._marks(row + cell, styles, {}).looks == ({(3, 1): told} if told else {})


def test_a_short_number_of_an_xlsb_that_is_the_beginning_of_a_long_one() -> None:
    row = bytes([0, 12]) + struct.pack("<III", 0, 0, 0)
    cell = bytes([2, 12]) + struct.pack("<II", 0, 6) + struct.pack("<d", 45000.0)[4:]
    assert xlsb_marks._marks(row + cell, xlsb_marks._Styles(looks={6: (None, '[=45000]"x";0')}), {}).looks


def test_an_xml_spreadsheet_by_value() -> None:
    cells = "".join(
        f'<Row><Cell ss:StyleID="s"><Data ss:Type="{kind}">{value}</Data></Cell></Row>'
        for kind, value in (("Number", 45000), ("Number", 4), ("String", "Fort"))
    )
    document = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s"><NumberFormat '
        'ss:Format="[&gt;40000]&quot;beaucoup&quot;;0"/></Style></Styles><Worksheet ss:Name="F"><Table>'
        f"{cells}</Table></Worksheet></Workbook>"
    )
    [sheet] = read_workbook(document.encode())
    assert sheet.looks == {(0, 0): HIDDEN}


def _rows(sheet: Any) -> None:
    for row, value in enumerate([0, 40, 45000, "Fort"], start=1):
        sheet.cell(row, 1, value)


def _told(change: Callable[[Any], None]) -> dict[tuple[int, int], str]:
    def rows_and_change(sheet: Any) -> None:
        _rows(sheet)
        change(sheet)

    sheets: list[RawSheet] = read_workbook(_book(rows_and_change))
    return sheets[0].looks


def test_a_sheet_that_shows_no_zero() -> None:
    def change(sheet: Any) -> None:
        sheet.sheet_view.showZeros = False

    assert _told(change) == {(0, 0): HIDDEN}


MAYBE = dict.fromkeys([(0, 0), (1, 0), (2, 0)], BY_RULE)
WORD = DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode='"beaucoup"'))


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Rule("cellIs", operator="greaterThan", formula=["40000"], dxf=WORD), {(2, 0): HIDDEN}),
        (Rule("cellIs", operator="between", formula=["1", "100"], dxf=WORD), {(1, 0): HIDDEN}),
        (Rule("cellIs", operator="notBetween", formula=["1", "100"], dxf=WORD), {(0, 0): HIDDEN, (2, 0): HIDDEN}),
        (Rule("cellIs", operator="equal", formula=["$B$1"], dxf=WORD), MAYBE),
        (Rule("expression", formula=["A1>4"], dxf=WORD), MAYBE),
        (
            Rule("cellIs", operator="lessThan", formula=["50"], dxf=DifferentialStyle(font=Font(strike=True))),
            {(0, 0): STRUCK, (1, 0): STRUCK},
        ),
        (Rule("cellIs", operator="lessThan", formula=["50"], dxf=DifferentialStyle(font=Font(b=True))), {}),
        (DataBarRule("min", None, "max", None, color="FF638EC6", showValue=True), {}),
        (
            DataBarRule("min", None, "max", None, color="FF638EC6", showValue=False),
            dict.fromkeys([(0, 0), (1, 0), (2, 0)], HIDDEN),
        ),
    ],
)  # fmt: skip
def test_a_rule_of_formatting_that_shows_a_number_as_something_else(
    rule: Rule, told: dict[tuple[int, int], str]
) -> None:
    assert _told(lambda sheet: sheet.conditional_formatting.add("A1:A4 C1", rule)) == told


def test_a_rule_for_other_cells_says_nothing(tmp_path: Path) -> None:
    rule = Rule("cellIs", operator="greaterThan", formula=["40"], dxf=WORD)
    assert _told(lambda sheet: sheet.conditional_formatting.add("B1:B4", rule)) == {}
