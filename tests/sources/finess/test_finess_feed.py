"""The nested feed and the files that people saved again: told by their content, the same facts or a refusal."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.finess.files import FinessError
from sources.finess.loader import SHIPPED_SITES, FinessReport, judge, load_finess
from sources.lake import lake as lake_tables
from tests.sources.finess.finess_feed import entity, feed, site

CLOSED = {"etatObjet": "I", "general": {"dateFermeture": "2019-03-03"}}
FEED = feed(
    entity("690783220", [site("690000880"), site("010780195", **CLOSED)]),
    entity("010000156", [], **CLOSED),
)


def loaded(folder: Path, content: bytes, name: str = "x") -> FinessReport:
    (folder / name).write_bytes(content)
    return load_finess(folder / name, folder / "lake")


@pytest.mark.parametrize("name", ["structures.json", "finess.csv", "sans-extension"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_feed_fills_both_tables_whatever_its_name(tmp_path: Path, name: str, pack: type) -> None:
    report = loaded(tmp_path, pack(FEED), name)
    assert (report.table, report.taken_count, report.problems) == ("finess_sites", 2, ())
    assert report.also is not None and (report.also.table, report.also.taken_count) == ("finess_entities", 2)
    sites = lake_tables.read(tmp_path / "lake", "finess_sites").rows(named=True)
    assert sites[0] == {
        "site_finess": "690000880", "entity_finess": "690783220", "site_label": "SITE 690000880",
        "category_code": "355", "category_label": "Centre Hospitalier (C.H.)", "aggregate_category_code": "1102",
        "aggregate_category_label": "Centres Hospitaliers", "psph_code": "1", "siret": "77220148900022",
        "postal_code": "01000", "town": "BOURG EN BRESSE", "department_code": "01", "latitude": 46.2,
        "longitude": 5.25, "opened_on": date(1956, 11, 16), "closed_on": None, "is_closed": False,
    }  # fmt: skip
    assert (sites[1]["closed_on"], sites[1]["is_closed"]) == (date(2019, 3, 3), True)
    entities = lake_tables.read(tmp_path / "lake", "finess_entities").rows(named=True)
    assert entities[0] == {
        "entity_finess": "690783220", "entity_label": "EJ 690783220", "legal_status_code": "13",
        "legal_status_label": None, "department_code": "971", "siren": "772201489",
        "opened_on": date(2001, 1, 1), "closed_on": None, "is_closed": False,
    }  # fmt: skip
    assert entities[1]["is_closed"]


def test_what_the_feed_leaves_out_is_empty_and_an_unknown_category_is_said(tmp_path: Path) -> None:
    bare = {"informationsGeneralesEGE": {"numFinessEge": "690000880", "nomEgeLong": "LONG"}}
    odd = site("010780195", categorieentiteGeographiqueExercice="999", adresse=None, general={"espic": ["1", "6"]})
    report = loaded(tmp_path, feed(entity("690783220", [bare, odd], adresse=[])))
    sites = lake_tables.read(tmp_path / "lake", "finess_sites")
    assert sites["site_label"].to_list() == ["LONG", "SITE 010780195"]
    assert sites.select("psph_code", "postal_code", "opened_on").row(0) == (None, None, None)
    assert sites["psph_code"].to_list() == [None, None]
    assert report.notes == {"catégorie d'établissement sans agrégat connu : rien ne dit si le site soigne": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps({"activites": [{"a": 1}]}).encode(), "FINESS - Structures"),
        (b'{"pmej": []}', "FINESS - Structures"),
        (b"[]", "FINESS - Structures"),
        (b'{"pmej": [1, 2]}', "la forme publiée"),
        (FEED.replace(b'"13"', b'{"code": "13"}'), "la forme publiée"),
        (FEED.replace(b'"355"', b'["355"]'), "la forme publiée"),
        (FEED.replace(b"EJ", b"\xe9"), "flux JSON entier"),
    ],
)
def test_another_feed_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FinessError, match=said):
        loaded(tmp_path, content)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FEED) - 3))
def test_a_feed_cut_at_any_byte_is_refused(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "x"
    path.write_bytes(FEED[:length])
    with pytest.raises(FinessError):
        judge(path)


HISTORICAL = (
    "finess;finess-plus;v1.0.0;2026-03-09\n"
    "structureet;690000880;690783220;CENTRE LEON BERARD;;;;28;R;LAENNEC;;;388;69;RHONE;69373 LYON CEDEX 08;;;131;"
    "CLCC;1104;Centres de Lutte contre le Cancer;77992421300017;;03;ARS;6;ESPIC;1958-01-01;;2020-01-01;\n"
    "structureet;010780195;010000156;CLINIQUE;;;;;;;;;053;01;AIN;01000 BOURG;;;355;CH;1102;CH;77220148900022;;07;;0;;"
    "1956-11-16;;2021-10-18;\n"
)


def again(text: str, separator: str, quoting: int, encoding: str, end: str) -> bytes:
    """The same records, as another program writes them."""
    stream = io.StringIO()
    rows = csv.reader(io.StringIO(text), delimiter=";")
    csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return stream.getvalue().encode(encoding)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_historical_format_saved_again_says_the_same(
    tmp_path: Path, separator: str, quoting: int, encoding: str, end: str
) -> None:
    content = again(HISTORICAL, separator, quoting, encoding, end)
    for name, written in (("published", HISTORICAL.encode()), ("again", content)):
        (tmp_path / name).write_bytes(written)
        load_finess(tmp_path / name, tmp_path / f"lake-{name}")
    published, other = (lake_tables.read(tmp_path / f"lake-{name}", "finess_sites") for name in ("published", "again"))
    assert published.height == 2 and other.equals(published)
    assert published["opened_on"].to_list() == [date(1958, 1, 1), date(1956, 11, 16)]


def test_lines_wholly_in_quotes_blank_columns_and_guarded_numbers_are_read(tmp_path: Path) -> None:
    lines = SHIPPED_SITES.read_text().splitlines()[:4]
    quoted = "\n".join([f'"{line}"' for line in lines]) + "\n"
    padded = "\n" + "\n".join(f"{line};;" for line in lines) + "\n;;;;\n"
    guarded = "\n".join([lines[0], *(f'="{line[:9]}"{line[9:]}' for line in lines[1:])]) + "\n"
    spaced = "\n".join([lines[0], *(f"{line[:3]}\u202f{line[3:6]} {line[6:]}" for line in lines[1:])]) + "\n"
    expected = None
    for text in ("\n".join(lines) + "\n", quoted, padded, guarded, spaced):
        loaded(tmp_path, text.encode())
        sites = lake_tables.read(tmp_path / "lake", "finess_sites")
        expected = sites if expected is None else expected
        assert sites.height == 3 and sites.equals(expected)


def test_dates_and_places_that_a_french_spreadsheet_wrote_are_read_and_others_are_said(tmp_path: Path) -> None:
    heads = "nofinesset;nofinessej;rs;categetab;categagretab;dateouv;lat;lon\n"
    rows = "690000880;690783220;A;131;1104;16/11/1956;45,7;4,8\n010780195;690783220;B;131;1104;19561116;45.juil;4.8\n"
    report = loaded(tmp_path, (heads + rows).encode())
    sites = lake_tables.read(tmp_path / "lake", "finess_sites")
    assert sites.select("opened_on", "latitude", "longitude").rows() == [
        (date(1956, 11, 16), 45.7, 4.8),
        (None, None, 4.8),
    ]
    assert sorted(report.notes) == [
        "date d'ouverture illisible : laissée vide",
        "latitude illisible : laissée vide",
    ]


@pytest.mark.parametrize(
    ("state", "day", "is_closed", "said"),
    [
        ("i", None, True, 0),
        (None, "2019-03-03", True, 0),
        (None, None, False, 0),
        ("A", "2019-03-03", False, 1),
        ("Fermé", None, False, 1),
    ],
)
def test_a_state_and_a_closing_date_that_do_not_agree_are_told(
    tmp_path: Path, state: str | None, day: str | None, is_closed: bool, said: int
) -> None:
    one = site("690000880", etatObjet=state, general={"dateFermeture": day})
    (tmp_path / "feed.json").write_bytes(feed(entity("690783220", [one])))
    report = load_finess(tmp_path / "feed.json", tmp_path / "lake")
    assert lake_tables.read(tmp_path / "lake", "finess_sites")["is_closed"].to_list() == [is_closed]
    assert sum(report.notes.values()) == said


@pytest.mark.parametrize(
    "content",
    [
        b'{"pmej": [' + b"[" * 200_000 + b"]" * 200_000 + b"]}",
        b'{"pmej": [' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"]}",
        b'{"pmej": [{"informationsGeneralesPMEJ": {"numFinessPm": ' + b"9" * 200_000 + b"}}]}",
        b'{"pmej": [{"informationsGeneralesPMEJ": {"numFinessPm": 1e9999999999999999999}}]}',
        gzip.compress(b'{"pmej": ["' + b"A" * 50_000_000 + b'"]}'),
        gzip.compress(b'{"pmej": [' + b" " * 50_000_000 + b"]}"),
    ],
)
def test_a_feed_made_to_harm_its_reader_is_refused(tmp_path: Path, content: bytes) -> None:
    """Six gigabytes of memory for a file of 400 KB; a process that ended at a long number, with nothing said."""
    with pytest.raises(FinessError):
        loaded(tmp_path, content)
