"""What a mapping can say, and the files that it can be said of."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from sources.inventories.loader import InventoryError, InventoryReport, MappingError, load_inventory
from sources.lake import lake as lake_tables
from sources.referential.loader import load_referential

MAPPING = """
source = "US-2024"

[rows]
organisation = "US-VA"

[columns]
use_case_label = "Name"
need = "Purpose"

[constants]
bureau = "Tout le ministère"
way_code = "achat"

[translations.status_code]
column = "Stage"
values = { "Operation (pilot)" = "pilote" }
starts = { "Operation" = "routine", "Dev" = "poc" }

[dates]
formats = ["%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d"]
columns = { routine = "Since", poc = "Since", pilote = "Since" }
"""
ROWS = [
    ("A", "a", "Operation and maintenance", "12/31/2024"),
    ("B", "b", "operation (pilot)", "31.12.2024"),
    ("C", "c", "Developed", "2024-12-31"),
    ("D", "d", "Sunset", ""),
]
HEADINGS = ("Name", "Purpose", "Stage", "Since")
EXPECTED = [
    ("A", "Tout le ministère", "routine", "achat", date(2024, 12, 31)),
    ("B", "Tout le ministère", "pilote", "achat", date(2024, 12, 31)),
    ("C", "Tout le ministère", "poc", "achat", date(2024, 12, 31)),
    ("D", "Tout le ministère", None, "achat", None),
]
SAID = ["use_case_label", "bureau", "status_code", "way_code", "reached_on"]


def loaded(folder: Path, content: bytes, mapping: str = MAPPING) -> tuple[InventoryReport, pl.DataFrame]:
    (folder / "essai.toml").write_text(mapping, encoding="utf-8")
    (folder / "fichier").write_bytes(content)
    report = load_inventory(folder / "fichier", "essai", folder / "lake", folder, load_referential())
    return report, lake_tables.read(folder / "lake", "inventory_use_cases")


def as_csv(separator: str, above: int = 0) -> bytes:
    lines = ["Inventaire"] * above + [separator.join(row) for row in (HEADINGS, *ROWS)]
    return "\n".join([*lines, ""]).encode()


def as_workbook(folder: Path, above: int, days: bool) -> bytes:
    path = folder / "classeur.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.add_worksheet("Lisez-moi").write(0, 0, "Rien ici")
        sheet = workbook.add_worksheet("Inventory")
        sheet.write(0, 0, "Titre" if above else "")
        for row, cells in enumerate((HEADINGS, *ROWS), start=above):
            sheet.write_row(row, 0, cells)
        if days:
            for row in (1, 2, 3):
                sheet.write_datetime(above + row, 3, date(2024, 12, 31), workbook.add_format({"num_format": "d/m/yy"}))
    return path.read_bytes()


def as_objects() -> list[dict[str, str]]:
    return [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("above", [0, 3])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_csv_whatever_its_separator_and_the_lines_above(tmp_path: Path, separator: str, above: int, pack: type) -> None:
    _, found = loaded(tmp_path, pack(as_csv(separator, above)))
    assert found.select(SAID).rows() == EXPECTED


@pytest.mark.parametrize("above", [0, 4])
@pytest.mark.parametrize("days", [False, True])
@pytest.mark.parametrize("sheet", ["", '[file]\nsheet = "Inventory"\n'])
def test_a_workbook_its_days_being_days_or_text(tmp_path: Path, above: int, days: bool, sheet: str) -> None:
    _, found = loaded(tmp_path, as_workbook(tmp_path, above, days), MAPPING + sheet)
    assert found.select(SAID).rows() == EXPECTED


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match=r"« Autre » absente\. Feuilles : « Lisez-moi », « Inventory »"):
        loaded(tmp_path, as_workbook(tmp_path, 0, False), MAPPING + '[file]\nsheet = "Autre"\n')


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (json.dumps(as_objects()), ""),
        ("\n".join(map(json.dumps, as_objects())) + "\n", ""),
        (json.dumps({"count": 4, "items": as_objects()}), ""),
        (json.dumps({"data": {"items": as_objects(), "other": []}}), '[file]\nrecords = "data.items"\n'),
    ],
)
def test_json_in_lines_in_a_list_or_below(tmp_path: Path, content: str, records: str) -> None:
    _, found = loaded(tmp_path, content.encode(), MAPPING + records)
    assert found.select(SAID).rows() == EXPECTED


def test_nested_json_is_reached_by_its_path(tmp_path: Path) -> None:
    mapping = MAPPING.replace('"Name"', '"use_case.name"').replace('"Stage"', '"life.0.stage"')
    objects = [
        {"use_case": {"name": row[0]}, "Purpose": ["x", "y"], "life": [{"stage": row[2]}], "Since": row[3] or None}
        for row in ROWS
    ]
    _, found = loaded(tmp_path, json.dumps(objects).encode(), mapping)
    assert found.select(SAID).rows() == EXPECTED
    assert set(found["need"]) == {"x; y"}


@pytest.mark.parametrize("written", ["01/02/2024", "31/12/2024", "2024", "demain"])
def test_a_date_that_two_formats_read_as_two_days_is_none(tmp_path: Path, written: str) -> None:
    both = MAPPING.replace('"%Y/%m/%d"', '"%d/%m/%Y"')
    report, found = loaded(tmp_path, as_csv(";").replace(b"12/31/2024", written.encode()), both)
    expected = date(2024, 12, 31) if written == "31/12/2024" else None
    assert found["reached_on"][0] == expected
    assert report.damaged_dates == ({} if expected else {"Since": 1})


def test_values_that_nothing_translates_are_counted(tmp_path: Path) -> None:
    report, _ = loaded(tmp_path, as_csv(";"))
    assert report.untranslated == {"status_code": 1}
    unmapped = lake_tables.read(tmp_path / "lake", "inventory_unmapped")
    assert unmapped["source_value"].to_list() == ["Sunset"]


@pytest.mark.parametrize("length", range(len(as_csv(";"))))
def test_a_csv_cut_at_any_byte_never_says_another_thing(tmp_path: Path, length: int) -> None:
    """Refused, or whole records of which the last one's last cell alone is left empty and said."""
    whole = {row[0]: row for row in EXPECTED}
    try:
        report, found = loaded(tmp_path, as_csv(";")[:length])
    except InventoryError:
        return
    *before, last = found.select(SAID).rows()
    assert all(row == whole[row[0]] for row in before)
    assert last == whole[last[0]] or (report.is_unfinished and last == (*whole[last[0]][:-1], None))


def test_a_quote_left_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="incomplet"):
        loaded(tmp_path, as_csv(",").replace(b"D,d,", b'D,"d,'))


@pytest.mark.parametrize("pack", [json.dumps, lambda objects: "\n".join(map(json.dumps, objects))])
def test_json_cut_short_is_refused(tmp_path: Path, pack: object) -> None:
    content = pack(as_objects()).encode()  # type: ignore[operator]
    with pytest.raises(InventoryError, match="incomplet"):
        loaded(tmp_path, content[:-8])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('organisation = "US-VA"', 'column = "Agency"', "une seule pour tout le fichier"),
        ('organisation = "US-VA"', 'organisation = "US-X"', "code « US-X » inconnu de organisations.csv"),
        ('way_code = "achat"', 'way_code = "don"', "code « don » inconnu de ways.csv"),
        ("[constants]", '[constants]\nneed = "x"', "« need » est aussi dans [columns]"),
        ('starts = { "Operation" = "routine"', 'starts = { "Operation" = "fini"', "code « fini » inconnu"),
        ("formats = [", 'format = "%Y"\nformats = [', "donnez « format », ou « formats »"),
        ("[columns]", "[key]\ncolumns = [1]\n\n[columns]", "« columns » doit valoir un texte"),
    ],
)
def test_a_bad_mapping_says_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(MappingError) as raised:
        loaded(tmp_path, as_csv(";"), MAPPING.replace(old, new, 1))
    assert any(message in problem for problem in raised.value.problems), raised.value.problems


def csv_of(*lines: str, headings: str = "Name;Purpose;Stage;Since") -> bytes:
    return "".join(f"{line}\n" for line in (headings, *lines)).encode()


WHOLE = ["A;a;Dev;", "B;b;Dev;", "C;c;Dev;"]


@pytest.mark.parametrize(
    ("line", "is_refused"),
    [
        ("D;d ; and more;Dev;31.12.2024", True),
        ("D;d ; and more;Dev;", True),
        ("D;d;Dev;;", True),
        ("D;d;Dev;31.12.2024", False),
    ],
)
def test_a_line_that_a_separator_makes_longer_is_refused(tmp_path: Path, line: str, is_refused: bool) -> None:
    report, rows = loaded(tmp_path, csv_of(*WHOLE, line))
    assert (report.shifted, report.rejected) == (((5,), (5,)) if is_refused else ((), ()))
    assert report.read_count == report.taken_count + len(report.rejected) == 4
    assert rows["need"].to_list() == ["a", "b", "c", *([] if is_refused else ["d"])]


def test_lines_that_all_end_with_the_same_separators_are_whole(tmp_path: Path) -> None:
    report, _ = loaded(tmp_path, csv_of(*(f"{line};;" for line in WHOLE)))
    assert (report.taken_count, report.shifted) == (3, ())


def test_shorter_lines_are_taken_and_counted(tmp_path: Path) -> None:
    report, _ = loaded(tmp_path, csv_of(*WHOLE, "D;d"))
    assert (report.taken_count, report.short_count) == (4, 1)


@pytest.mark.parametrize("column", ["Name", "Purpose", "Since"])
def test_a_column_that_is_there_twice_is_refused(tmp_path: Path, column: str) -> None:
    doubled = csv_of(*(f"{line};other" for line in WHOLE), headings=f"Name;Purpose;Stage;Since;{column}")
    with pytest.raises(InventoryError, match=f"écrits deux fois : {column}"):
        loaded(tmp_path, doubled)
    other = csv_of(*(f"{line};1;2" for line in WHOLE), headings="Name;Purpose;Stage;Since;Note;Note")
    assert loaded(tmp_path, other)[0].taken_count == 3


@pytest.mark.parametrize("is_named", [True, False])
def test_of_several_sheets_with_its_columns_the_mapping_names_one(tmp_path: Path, is_named: bool) -> None:
    """Last year's sheet may stand before this year's; that of another service, behind it."""
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for name in ("2025", "2026"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADINGS)
            sheet.write_row(1, 0, (f"Chat {name}", "a", "Dev", ""))
    content = (tmp_path / "book.xlsx").read_bytes()
    if is_named:
        _, rows = loaded(tmp_path, content, MAPPING + '[file]\nsheet = "2026"\n')
        assert rows["use_case_label"].to_list() == ["Chat 2026"]
    else:
        with pytest.raises(InventoryError, match="plusieurs feuilles ont ces colonnes : « 2025 », « 2026 »"):
            loaded(tmp_path, content)


@pytest.mark.parametrize("around", ["[{}]", '{{"list": [{}]}}', "{}\n{}"])
def test_a_name_with_two_values_is_refused(tmp_path: Path, around: str) -> None:
    record = '{"Name": "A", "Purpose": "a", "Name": "B", "Stage": "Dev", "Since": ""}'
    with pytest.raises(InventoryError, match="« Name » est écrit deux fois"):
        loaded(tmp_path, around.format(record, record).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000 + b"]" * 200_000,
        b"[" + b'{"Name":' * 5_000 + b"1" + b"}" * 5_000 + b"]",
        b"[" + b'{"Name":' * 600 + b"1" + b"}" * 600 + b"]",
        b'[{"Name": ' + b"9" * 5_000 + b"}]",
    ],
)
def test_json_made_to_harm_its_reader_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InventoryError):
        loaded(tmp_path, content)


def test_an_inventory_that_is_small_to_send_and_large_to_unpack_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.inventories.reading._MOST_BYTES", 2**20)
    with pytest.raises(InventoryError, match="une fois décompressé"):
        loaded(tmp_path, gzip.compress(b"Name,Purpose\n" * 200_000))
