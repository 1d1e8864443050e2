"""Numbers that are shown as percentages are told apart in every format, and nothing else is."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from sources.workbook.formats.number_formats import is_percentage
from sources.workbook.formats.xlsb_marks import records
from sources.workbook.reading import RawSheet, read_workbook
from tests.corpus.make import FILES, with_part

CELLS = [
    (0.4, "0%", True),
    (0.4, "0.00%", True),
    (0.4, "General", False),
    (40, "0", False),
    (40, '0"%"', False),
    (40, "0\\%", False),
    (0.4, '0.0 %;[Red]-0.0 "pour cent"', True),
    (0.4, "[Blue]0.0%", True),
    ("40 %", "0%", False),
    ("=0.2+0.2", "0%", False),
    (None, "0%", False),
    (True, "0%", False),
]  # fmt: skip
"""Value, format, whether it is a number shown as a percentage (a formula here has no result)."""

SHOWN = frozenset((1 + index, 1) for index, (_, _, is_shown) in enumerate(CELLS) if is_shown)


def workbook() -> bytes:
    written = openpyxl.Workbook()
    sheet = written.active
    sheet["A1"] = "titre"
    for index, (value, code, _) in enumerate(CELLS):
        cell = sheet.cell(index + 2, 2, value)
        cell.number_format = code
    stream = io.BytesIO()
    written.save(stream)
    return stream.getvalue()


def read(content: bytes) -> RawSheet:
    [sheet] = read_workbook(content)
    return sheet


def test_percentages_of_an_xlsx() -> None:
    assert read(workbook()).percentages == SHOWN


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice converts")
@pytest.mark.parametrize("kind", ["ods", "xls", "xlsx"])
def test_percentages_as_libreoffice_writes_them(tmp_path: Path, kind: str) -> None:
    source = tmp_path / "source.xlsx"
    source.write_bytes(workbook())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    # LibreOffice computes the formula as it opens the file, and makes TRUE shown as a percentage a number.
    computed = {(1 + index, 1) for index, (value, _, _) in enumerate(CELLS) if value is True or str(value)[0] == "="}
    expected = SHOWN | computed
    assert read((tmp_path / "out" / f"source.{kind}").read_bytes()).percentages == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0%", True),
        ("#,##0.00 %", True),
        ("0%;-0%;0", True),
        ("0;0%", False),
        ("[<1]0%;0", True),
        ("[>=1]0;0%", True),
        ("0_%", False),
        ("0*%", False),
        ('"100%"', False),
        ("@", False),
        ("\\%0", False),
        ("[$-40C]0%", True),
        ("[$%-40C]0", False),
    ],
)
def test_what_a_format_shows(code: str, expected: bool) -> None:
    assert is_percentage(code) is expected


def test_percentages_of_an_xlsb() -> None:
    """The styles of a workbook written by another program, all made percentages: its numbers are, its texts are not."""

    def made_percentages(styles: bytes) -> bytes:
        changed = bytearray(styles)
        for kind, start, _ in records(styles):
            if kind == 47:
                changed[start + 2 : start + 4] = b"\x0a\x00"
        return bytes(changed)

    content = (FILES / "format-sheetjs.xlsb").read_bytes()
    assert not any(sheet.percentages for sheet in read_workbook(content))
    changed = with_part(content, "xl/styles.bin", made_percentages)
    sheets = {sheet.name: sheet for sheet in read_workbook(changed)}
    marked = {sheet.rows[row][column] for sheet in sheets.values() for row, column in sheet.percentages}
    assert marked and all(text.removesuffix(" %").replace(".", "").replace("-", "").isdigit() for text in marked)
    assert "Fort" in {text for sheet in sheets.values() for row in sheet.rows for text in row}
