"""Foreign inventories: the shipped one, the raw one, and any other through one more mapping file."""

from __future__ import annotations

import csv
import gzip
import io
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl
import pytest

from sources.inventories.loader import (
    InventoryError,
    InventoryReport,
    MappingError,
    load_inventory,
    load_shipped_inventories,
)
from sources.inventories.mapping import SHIPPED_MAPPINGS, mapping_codes
from sources.lake import lake as lake_tables
from sources.referential.loader import Referential, load_referential

RAW = Path(__file__).parents[4] / "shared" / "data" / "omb_2024_ai_inventory_raw.csv.gz"
needs_raw = pytest.mark.skipif(not RAW.exists(), reason="../shared/data est absent : pas d'inventaire brut")

MAPPING = """
source = "NO-2026"
title = "Inventaire inventé"

[file]
delimiter = ";"
blanks = ["-"]

[rows]
column = "Etat"
organisations = { OSLO = "NO-OSLO" }

[duplicates]
columns = ["Etat", "Navn"]

[columns]
use_case_label = "Navn"
need = "Behov"
status_text = "Fase"

[translations.status_code]
column = "Fase"
values = { "i drift" = "routine", "pilot" = "pilote" }

[translations.axis_code]
column = "Tema"
values = { "Pasient" = "AXE_9" }

[attributes.function]
column = "Teknikk"
separator = ","
values = { "tekst" = "GENERATIVE", "prognose" = ["PREDICTIVE"], "begge" = ["PREDICTIVE", "GENERATIVE"] }

[dates]
format = "%d.%m.%Y"
earliest = 1990-01-01
columns = { routine = "Dato", pilote = "Dato" }
"""
INVENTORY = """Etat;Navn;Behov;Fase;Tema;Teknikk;Dato
OSLO; Chat ;"Svare
pasienter";I  drift;Pasient;tekst, prognose;1.2.2024
oslo;Plan;-;Pilot;Økonomi;begge,ukjent;24-Nov
BERGEN;Annet;;i drift;;;1.1.2024
OSLO;chat;igjen;pilot;;;
OSLO;;uten navn;pilot;;;
OSLO;Sist;;avsluttet;;;07.07.1905
OSLO;Kort
"""


@pytest.fixture
def referential(tmp_path: Path) -> Referential:
    """The shipped referential with the source and the organisation of the invented inventory."""
    site = tmp_path / "referential"
    site.mkdir()
    (site / "sources.csv").write_text("code;label;origin;kind\nNO-2026;Norvège;public;etranger\n", encoding="utf-8")
    (site / "organisations.csv").write_text(
        "code;label;origin;sector_code;member_gcs;country_code;is_health_establishment;source_code\n"
        "NO-OSLO;Oslo;public;etranger;non;NO;non;NO-2026\n",
        encoding="utf-8",
    )
    return load_referential(site)


def load_invented(
    folder: Path, referential: Referential, mapping: str = MAPPING, content: str = INVENTORY
) -> InventoryReport:
    (folder / "mappings").mkdir(exist_ok=True)
    (folder / "mappings" / "no_2026.toml").write_text(mapping, encoding="utf-8")
    (folder / "inventory.csv").write_text(content, encoding="utf-8")
    return load_inventory(folder / "inventory.csv", "NO-2026", folder / "lake", folder / "mappings", referential)


def test_one_more_inventory_is_one_more_mapping_file(tmp_path: Path, referential: Referential) -> None:
    report = load_invented(tmp_path, referential)
    use_cases = lake_tables.read(tmp_path / "lake", "inventory_use_cases")
    columns = ["row_number", "use_case_label", "need", "status_code", "axis_code", "reached_on"]
    assert use_cases.select(columns).rows() == [
        (2, "Chat", "Svare pasienter", "routine", "AXE_9", date(2024, 2, 1)),
        (3, "Plan", None, "pilote", None, None),
        (7, "Sist", None, None, None, None),
        (8, "Kort", None, None, None, None),
    ]
    attributes = lake_tables.read(tmp_path / "lake", "inventory_attributes").join(use_cases, on="use_case_code")
    assert attributes.select("use_case_label", "attribute_code").rows() == [
        ("Chat", "GENERATIVE"),
        ("Chat", "PREDICTIVE"),
        ("Plan", "PREDICTIVE"),
        ("Plan", "GENERATIVE"),
    ]
    assert use_cases["use_case_code"].str.contains("^NO-2026-[0-9A-Z]{10}$").all()
    assert lake_tables.read(tmp_path / "lake", "inventory_unmapped").select(pl.all().exclude("source_code")).rows() == [
        ("Dato", "07.07.1905", 1),
        ("Dato", "24-Nov", 1),
        ("Fase", "avsluttet", 1),
        ("Teknikk", "ukjent", 1),
        ("Tema", "Økonomi", 1),
    ]
    assert report == InventoryReport(
        source_code="NO-2026",
        file_name="inventory.csv",
        read_count=7,
        taken_count=4,
        duplicate_count=1,
        left_out_count=1,
        rejected=(6,),
        untranslated={"status_code": 2, "axis_code": 3, "function": 2},
        damaged_dates={"Dato": 2},
        short_count=1,
    )


def test_loading_again_changes_nothing(tmp_path: Path, referential: Referential) -> None:
    load_invented(tmp_path, referential)
    before = lake_tables.read(tmp_path / "lake", "inventory_use_cases")
    load_invented(tmp_path, referential)
    assert lake_tables.read(tmp_path / "lake", "inventory_use_cases").equals(before)


def test_the_shipped_inventory(tmp_path: Path) -> None:
    (report,) = load_shipped_inventories(tmp_path)
    assert (report.read_count, report.taken_count, report.duplicate_count, report.rejected) == (500, 500, 0, ())
    use_cases = lake_tables.read(tmp_path, "inventory_use_cases")
    assert dict(use_cases["organisation_code"].value_counts().iter_rows()) == {"US-HHS": 271, "US-VA": 229}
    assert use_cases["use_case_code"].n_unique() == 500
    assert use_cases["axis_code"].null_count() == 500
    assert use_cases["status_code"].null_count() == 0
    text = use_cases.select("use_case_label", "need", "topic", "bureau")
    padded = pl.all().str.contains(r"^\s|\s$|\s\s|\n").fill_null(False)
    assert not any(text.select(padded.any()).row(0))


@needs_raw
def test_the_raw_file_gives_what_the_shipped_extract_gives(tmp_path: Path) -> None:
    load_shipped_inventories(tmp_path / "shipped")
    report = load_inventory(RAW, "us-2024", tmp_path / "raw")
    assert (report.read_count, report.taken_count, report.left_out_count) == (1757, 500, 1257)
    for table in ("inventory_use_cases", "inventory_attributes", "inventory_unmapped"):
        raw, shipped = (lake_tables.read(tmp_path / name, table) for name in ("raw", "shipped"))
        assert raw.equals(shipped), table


@needs_raw
def test_counts_equal_those_of_a_direct_count_on_the_raw_file(tmp_path: Path) -> None:
    """By agency and stage, read with nothing but the csv module; names that are padded are the same names."""
    load_inventory(RAW, "us_2024", tmp_path)
    with gzip.open(RAW, "rt", encoding="utf-8-sig", newline="") as text:
        rows = [row for row in csv.DictReader(io.StringIO(text.read(), newline="")) if row["3_abr"] in ("HHS", "VA")]
    use_cases = lake_tables.read(tmp_path, "inventory_use_cases")
    counted = use_cases.group_by("organisation_code", "status_text", "topic").len()
    assert {(agency, stage, topic): count for agency, stage, topic, count in counted.iter_rows()} == Counter(
        (f"US-{row['3_abr']}", row["16_dev_stage"].strip(), row["8_topic_area"].strip()) for row in rows
    )
    lines = dict(use_cases.select("row_number", "use_case_label").iter_rows())
    with gzip.open(RAW, "rt", encoding="utf-8-sig", newline="") as text:
        records = list(csv.reader(io.StringIO(text.read(), newline="")))
    assert all(" ".join(records[number - 1][0].split()) == label for number, label in lines.items())


def test_a_loaded_file_takes_the_place_of_the_shipped_extract_for_good(tmp_path: Path) -> None:
    load_shipped_inventories(tmp_path / "lake")
    headings = (
        "3_abr,4_bureau,2_use_case_name,11_purpose_benefits,16_dev_stage,8_topic_area,10_commercial_ai,22_dev_method,"
        "18_date_initiated,19_date_acq_dev_began,20_date_implemented,21_date_retired\n"
    )
    path = tmp_path / "newer.csv"
    path.write_text(headings + "VA,VHA,New,Purpose,Initiated,,,,,,,\n", encoding="utf-8")
    load_inventory(path, "US-2024", tmp_path / "lake")
    assert load_shipped_inventories(tmp_path / "lake") == []
    assert lake_tables.read(tmp_path / "lake", "inventory_use_cases")["use_case_label"].to_list() == ["New"]
    assert lake_tables.read(tmp_path / "lake", "inventory_unmapped").is_empty()


def test_an_unknown_mapping_lists_those_at_hand(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"« fr » inconnue.*us_2024"):
        load_inventory(tmp_path / "x.csv", "fr", tmp_path)
    assert mapping_codes() == sorted(path.stem for path in SHIPPED_MAPPINGS.glob("*.toml"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"AXE_9"', '"AXE_99"', "[translations.axis_code] : code « AXE_99 » inconnu de axes.csv"),
        ('"GENERATIVE"', '"MAGIQUE"', "[attributes.function] : code « MAGIQUE » inconnu de functions.csv"),
        ('"NO-OSLO"', '"NO-BERGEN"', "[rows.organisations] : code « NO-BERGEN » inconnu de organisations.csv"),
        ('"NO-OSLO"', '["NO-OSLO", "NO-BERGEN"]', "[rows.organisations] : code « NO-BERGEN » inconnu"),
        ("earliest = 1990-01-01", "earliest = 1990-01-01T08:00:00", "[dates] : « earliest » est un jour, sans heure"),
        ('source = "NO-2026"', 'source = "SE"', "source : code « SE » inconnu de sources.csv"),
        ("routine =", "fini =", "[dates.columns] : code « fini » inconnu de project_statuses.csv"),
        ('use_case_label = "Navn"', "", "[columns] : « use_case_label » absent"),
        ("need =", "besoin =", "[columns] : « besoin » inconnu"),
        ("[translations.axis_code]", "[translations.axe]", "[translations] : « axe » inconnu"),
        ('separator = ","', "separator = 1", "« separator » n'a pas la forme attendue"),
        ('"tekst" = "GENERATIVE"', '"tekst" = 4', "« tekst » doit valoir un texte"),
        ("[rows]", "[rader]", "partie [rows] absente"),
        ("[rows]", "[rows", "TOML"),
    ],
)
def test_a_bad_mapping_says_where(tmp_path: Path, referential: Referential, old: str, new: str, message: str) -> None:
    with pytest.raises(MappingError) as raised:
        load_invented(tmp_path, referential, MAPPING.replace(old, new, 1))
    assert any(message in problem and problem.startswith("no_2026.toml") for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (INVENTORY.replace("Navn", "Nom", 1), "colonnes absentes : Navn"),
        ("", "colonnes absentes"),
        (INVENTORY.replace("OSLO", "TROMSO").replace("oslo", "tromso"), "aucune ligne"),
        ("\0" + INVENTORY, "illisible"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(
    tmp_path: Path, referential: Referential, content: str, message: str
) -> None:
    load_invented(tmp_path, referential)
    with pytest.raises(InventoryError, match=message):
        load_invented(tmp_path, referential, content=content)
    assert len(lake_tables.read(tmp_path / "lake", "inventory_use_cases")) == 4


@pytest.mark.parametrize("of_mapping", ["NFC", "NFD"])
def test_accents_in_two_pieces_change_no_heading_value_name_or_code(
    of_mapping: Literal["NFC", "NFD"], tmp_path: Path, referential: Referential
) -> None:
    mapping = MAPPING.replace('"Tema"', '"Thème"').replace('"Pasient"', '"Santé"')
    content = INVENTORY.replace("Tema", "Thème").replace("Pasient", "Santé").replace("Sist", "Dépistage")
    found = []
    for of_file in ("NFC", "NFD"):
        folder = tmp_path / of_file
        folder.mkdir()
        texts = unicodedata.normalize(of_mapping, mapping), unicodedata.normalize(of_file, content)
        load_invented(folder, referential, *texts)
        found.append(lake_tables.read(folder / "lake", "inventory_use_cases").rows())
    assert found[0] == found[1]
    assert {"Dépistage", "AXE_9"} <= {text for row in found[0] for text in row}
