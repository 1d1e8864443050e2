"""FINESS numbers, and the register's files in the lake."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sources.finess.loader import FinessError, FinessReport, load_finess, load_shipped_finess
from sources.finess.number import finess_is_valid, mended_finess, valid_finess
from sources.lake import lake as lake_tables
from sources.referential.loader import load_referential

REGISTER = Path(__file__).parents[4] / "shared" / "data" / "finess_2021.csv.gz"
needs_register = pytest.mark.skipif(
    not REGISTER.exists(), reason="../shared/data est absent : pas de répertoire entier"
)

HEADINGS = "nofinesset;nofinessej;rs;categetab;libcategetab;categagretab;libcategagretab;codesph;siret;codepostal;"
HEADINGS += "commune;lat;lon"
ENTITY = ["entity_finess", "entity_label", "legal_status_code", "legal_status_label", "department_code"]
SITE = "690000880;690783220;CENTRE LÉON BÉRARD;131;CLCC;1104;Cancer;6;;69373;LYON CEDEX 08;45.7;4.8"


def load(folder: Path, content: str, encoding: str = "utf-8") -> tuple[FinessReport, pl.DataFrame]:
    path = folder / "register.csv"
    path.write_bytes(content.encode(encoding))
    report = load_finess(path, folder / "lake")
    return report, lake_tables.read(folder / "lake", report.table)


@pytest.mark.parametrize("number", ["630780989", "010000024", "2A0000014", "2B0005839", "970100012", "9A0000000"])
def test_numbers_that_are_valid(number: str) -> None:
    assert finess_is_valid(number)
    assert pl.select(valid_finess(pl.lit(number))).item()


@pytest.mark.parametrize(
    "number",
    ["", "630780988", "63078098", "6307809890", "2C0000014", "2a0000014", " 30780989", "９30780989", "63078098\n"],
)
def test_numbers_that_are_not(number: str) -> None:
    assert not finess_is_valid(number)
    assert not pl.select(valid_finess(pl.lit(number))).item()


@needs_register
def test_every_number_of_the_register_is_valid_and_none_with_another_key() -> None:
    """One by one, as a column, and with each last digit moved."""
    rows = pl.read_csv(REGISTER, separator=";", infer_schema=False)
    numbers = pl.concat([rows["nofinesset"], rows["nofinessej"]]).unique()
    assert all(map(finess_is_valid, numbers))
    moved = numbers.str.slice(0, 8) + ((numbers.str.slice(8).cast(pl.Int8) + 1) % 10).cast(pl.String)
    judged = pl.DataFrame({"number": numbers, "moved": moved}).select(valid_finess(pl.all()))
    assert judged["number"].all()
    assert not judged["moved"].any()


@needs_register
def test_the_whole_register_loads(tmp_path: Path) -> None:
    report = load_finess(REGISTER, tmp_path)
    sites = lake_tables.read(tmp_path, "finess_sites")
    assert (report.read_count, report.taken_count, report.problems) == (95_333, 95_333, ())
    assert len(sites) == 95_333
    ain = sites.filter(pl.col("site_finess") == "010000024").row(0, named=True)
    assert ain["siret"] == "26010004500012"
    assert (ain["postal_code"], ain["department_code"], ain["psph_code"]) == ("01440", "01", "1")
    corsica = sites.filter(pl.col("department_code").is_in(["2A", "2B"]))["postal_code"].str.slice(0, 2)
    assert set(corsica) == {"20"}
    assert sites["department_code"].str.contains("^([0-9]{2}|2[AB]|97[1-4])$").all()


def test_the_shipped_extract_holds_the_sites_of_the_referential(tmp_path: Path) -> None:
    report = load_shipped_finess(tmp_path)
    assert report is not None
    assert report.rejected_count == 0
    organisations = load_referential().table("organisations")
    numbers = set(organisations["ej_finess"].drop_nulls())
    assert set(lake_tables.read(tmp_path, "finess_sites")["entity_finess"]) == numbers


@needs_register
def test_the_shipped_extract_is_the_register_unchanged(tmp_path: Path) -> None:
    load_shipped_finess(tmp_path / "shipped")
    shipped = lake_tables.read(tmp_path / "shipped", "finess_sites")
    load_finess(REGISTER, tmp_path / "whole")
    whole = lake_tables.read(tmp_path / "whole", "finess_sites")
    kept = whole.filter(pl.col("entity_finess").is_in(shipped["entity_finess"].unique().implode()))
    assert kept.sort("site_finess").equals(shipped.sort("site_finess"))


def test_a_register_takes_the_place_of_the_shipped_extract_for_good(tmp_path: Path) -> None:
    load_shipped_finess(tmp_path / "lake")
    report, sites = load(tmp_path, f"{HEADINGS}\n{SITE}\n")
    assert (report.taken_count, len(sites)) == (1, 1)
    assert load_shipped_finess(tmp_path / "lake") is None
    assert len(lake_tables.read(tmp_path / "lake", "finess_sites")) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    _, sites = load(tmp_path, f"{HEADINGS}\r\n{SITE}\r\n", encoding)
    assert sites["site_label"].to_list() == ["CENTRE LÉON BÉRARD"]


def test_names_quoted_twice_over_are_read(tmp_path: Path) -> None:
    quoted = SITE.replace("CENTRE LÉON BÉRARD", '"""EHPAD """"SAINT JOSEPH""""; ANNEXE"""')
    _, sites = load(tmp_path, f"{HEADINGS}\n{quoted}\n")
    assert sites["site_label"].to_list() == ['EHPAD "SAINT JOSEPH"; ANNEXE']


def test_bad_rows_are_counted_and_said_with_their_line(tmp_path: Path) -> None:
    lines = [
        HEADINGS,
        SITE,
        SITE.replace("690000880", "690000881"),
        SITE.replace("690000880", "10000024"),
        SITE.replace("690783220", ""),
        SITE.replace("690000880", "630000479").replace("CENTRE LÉON BÉRARD", "  "),
        SITE,
        SITE + ";de trop",
        SITE.replace("690000880", '"630000479'),
        SITE.replace("690000880", "630000479"),
    ]
    report, sites = load(tmp_path, "\n".join(lines))
    assert sites["site_finess"].to_list() == ["690000880", "630000479"]
    assert (report.read_count, report.taken_count, report.rejected_count) == (9, 2, 7)
    assert [(problem.line, problem.reason.split(":")[0].strip()) for problem in report.problems] == [
        (3, "Numéro FINESS absent, mal formé ou de clé fausse."),
        (4, "Numéro FINESS sans son zéro de tête"),
        (5, "Numéro FINESS de l'entité juridique absent, mal formé ou de clé fausse."),
        (6, "Raison sociale absente."),
        (7, "Numéro FINESS déjà vu plus haut dans le fichier."),
        (8, "Nombre de colonnes inattendu."),
        (9, "Nombre de colonnes inattendu."),
    ]
    assert report.reasons["Nombre de colonnes inattendu."] == 2


def test_a_refused_row_does_not_make_the_next_one_a_repetition(tmp_path: Path) -> None:
    nameless = SITE.replace("CENTRE LÉON BÉRARD", "")
    report, sites = load(tmp_path, f"{HEADINGS}\n{nameless}\n{SITE}\n")
    assert (len(sites), report.rejected_count) == (1, 1)


def test_extra_columns_are_left_aside_and_optional_ones_may_lack(tmp_path: Path) -> None:
    _, sites = load(
        tmp_path, "rs;nofinesset;nofinessej;categetab;categagretab;uai\nCLB;690000880;690783220;131;1104;x\n"
    )
    assert sites.row(0, named=True)["psph_code"] is None
    assert sites.row(0, named=True)["department_code"] == "69"


def test_legal_entities_with_headings(tmp_path: Path) -> None:
    report, entities = load(tmp_path, "nofinessej;rs;statutjuridique;libstatutjuridique\n690783220;CLB;65;Autre\n")
    assert report.table == "finess_entities"
    assert entities.select(ENTITY).row(0) == ("690783220", "CLB", "65", "Autre", "69")


def test_legal_entities_of_the_national_extract(tmp_path: Path) -> None:
    content = (
        "finess;etalab;93;2021-01-08\n"
        "structureej;010780062;CH DU HAUT BUGEY;;;1;RTE;DE VEYZIAT;;;CS 20100;283;01117 OYONNAX CEDEX;"
        "01;AIN;0474731001;14;Etablissement Public Intercommunal d'Hospitalisation;;;260110218;8610Z;2001-01-01\n"
        "structureej;970100012;POLYCLINIQUE;;;;;;;;;101;97139 LES ABYMES;9A;GUADELOUPE;;73;S.A.;;;;;1979-01-01\n"
        "structureej;970100012;tronquée\n"
    )
    report, entities = load(tmp_path, content, "cp1252")
    assert entities["opened_on"].to_list() == [date(2001, 1, 1), date(1979, 1, 1)]
    assert entities["siren"].to_list() == ["260110218", None]
    assert entities.select(ENTITY).rows() == [
        ("010780062", "CH DU HAUT BUGEY", "14", "Etablissement Public Intercommunal d'Hospitalisation", "01"),
        ("970100012", "POLYCLINIQUE", "73", "S.A.", "971"),
    ]
    assert (report.read_count, report.ignored_count, report.rejected_count) == (4, 1, 1)


def test_sites_of_the_national_extract(tmp_path: Path) -> None:
    content = (
        "finess;etalab;94;2021-01-08\n"
        "structureet;690000880;690783220;CENTRE LEON BERARD;;;;28;R;LAENNEC;;;388;69;RHONE;69373 LYON CEDEX 08;;;131;"
        "CLCC;1104;Centres de Lutte contre le Cancer;77992421300017;8610Z;03;ARS;6;ESPIC;1958-01-01;;2020-01-01;\n"
        "geolocalisation;690000880;845000.0;6517000.0;1,ATLASANTE;2020-01-01\n"
    )
    report, sites = load(tmp_path, content)
    site = sites.row(0, named=True)
    assert (site["postal_code"], site["town"], site["psph_code"]) == ("69373", "LYON CEDEX 08", "6")
    assert (report.taken_count, report.ignored_count, report.rejected_count) == (1, 2, 0)


def test_a_file_of_another_kind_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(FinessError, match=r"colonnes absentes : nofiness, statutjuridique.*nofinesset"):
        load(tmp_path, "rs;ville\nA;B\n")
    with pytest.raises(FinessError, match="colonnes absentes"):
        load(tmp_path, "")


def test_a_file_cut_short_or_of_bytes_is_said_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "register.csv.gz"
    path.write_bytes(gzip.compress(SITE.encode() * 1000)[:-20])
    with pytest.raises(FinessError, match="illisible ou incomplet"):
        load_finess(path, tmp_path / "lake")
    with pytest.raises(FinessError, match="illisible"):
        load_finess(tmp_path / "absent.csv", tmp_path / "lake")


def test_a_file_without_a_usable_row_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, f"{HEADINGS}\n{SITE}\n")
    with pytest.raises(FinessError, match="conservé"):
        load(tmp_path, f"{HEADINGS}\n{SITE.replace('690000880', '1')}\n")
    assert len(lake_tables.read(tmp_path / "lake", "finess_sites")) == 1


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("10000495", "010000495"),
        ("10000495.0", "010000495"),
        ("6.9078181E8", "690781810"),
        ("6,9078181E+08", "690781810"),
        ("6.9078E8", None),
        ("690781811", None),
        ("12,5", None),
        ("1E9", None),
        ("", None),
        ("CHU", None),
    ],
)
def test_a_number_is_mended_only_when_its_key_proves_it(text: str, mended: str | None) -> None:
    assert mended_finess(text) == mended
