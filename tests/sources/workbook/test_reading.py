"""Reading cells as text from every format, and telling what cannot be read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import read_workbook
from sources.workbook.xlsx.cell_errors import NO_STORED_RESULT, column_index, column_letters


def xlsx(*rows: list[object]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_everything_is_text() -> None:
    row = ["Fort", 12, 12.5, True, dt.date(2026, 3, 15), dt.datetime(2026, 3, 15, 8, 30), None, "007"]
    assert read_workbook(xlsx(row))[0].rows == [
        ["Fort", "12", "12.5", "oui", "2026-03-15", "2026-03-15 08:30:00", "", "007"]
    ]


def test_a_number_is_not_read_as_the_boolean_that_equals_it() -> None:
    assert read_workbook(xlsx([1, True, 0, False], [True, 1, "1", False]))[0].rows == [
        ["1", "oui", "0", "non"],
        ["oui", "1", "1", "non"],
    ]


def test_rows_and_columns_are_counted_from_a1() -> None:
    workbook = openpyxl.Workbook()
    workbook.active["C4"] = "ici"
    workbook.active["D6"] = "là"
    stream = io.BytesIO()
    workbook.save(stream)
    blank = [""] * 4
    assert read_workbook(stream.getvalue())[0].rows == [
        blank, blank, blank, ["", "", "ici", ""], blank, ["", "", "", "là"],
    ]  # fmt: skip


def test_error_cells_and_formulas_without_a_result_are_found(tmp_path: Path) -> None:
    path = tmp_path / "erreurs.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Évaluations")
        sheet.write_formula("B2", "=NA()", None, "#N/A")
        sheet.write_formula("C3", "=1+1", None, 2)
    assert read_workbook(path.read_bytes())[0].errors == {(1, 1): "#N/A"}
    never_computed = xlsx(["=1+1", "écrit"])
    assert read_workbook(never_computed)[0].errors == {(0, 0): NO_STORED_RESULT}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_whatever_its_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = (
        delimiter.join(["Évaluateur", "Rôle"])
        + "\r\n"
        + delimiter.join(["MED-01", '"Médecin, chef; de service"'])
        + "\r\n"
    )
    rows = read_workbook(text.encode(encoding))[0].rows
    assert rows == [["Évaluateur", "Rôle"], ["MED-01", "Médecin, chef; de service"]]


@pytest.mark.parametrize(
    ("content", "rule_code"),
    [
        (b"", "E0001"),
        (b"%PDF-1.7", "E0002"),
        (b"\x89PNG\r\n\x1a\n", "E0002"),
        (b"\x00\x01\x02\x03", "E0002"),
        (b"PK\x03\x04 half a zip", "E0004"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "E0003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "E0004"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "E0002"),
    ],
)
def test_what_cannot_be_read_is_told_by_a_rule(content: bytes, rule_code: str) -> None:
    with pytest.raises(UnreadableFileError) as error:
        read_workbook(content)
    assert error.value.rule_code == rule_code


def test_half_a_workbook_is_told_as_damaged() -> None:
    content = xlsx(["a"] * 50)
    for length in (100, len(content) // 2, len(content) - 10):
        with pytest.raises(UnreadableFileError) as error:
            read_workbook(content[:length])
        assert error.value.rule_code == "E0004"


def test_a_sheet_whose_xml_is_damaged_is_told_as_damaged() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["a"]))) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, content[: len(content) // 2] if "sheet1" in entry else content)
    with pytest.raises(UnreadableFileError) as error:
        read_workbook(stream.getvalue())
    assert error.value.rule_code == "E0004"


def test_a_text_document_in_a_zip_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(UnreadableFileError, match="E0002"):
        read_workbook(stream.getvalue())


def test_a_bomb_is_refused_by_what_it_would_unpack_to() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (501 * 2**20))
    with pytest.raises(UnreadableFileError, match="E0006"):
        read_workbook(stream.getvalue())


def test_columns_have_letters() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_index(column_letters(index)) == index for index in range(2000))
