"""Codes of an inventory's use cases: the same content keeps its code, and no two contents share one."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.archive.archive_records import references
from sources.home.home import Home
from sources.inventories.codes import with_codes
from sources.inventories.loader import SHIPPED_INVENTORIES, InventoryError
from sources.inventories.mapping import SHIPPED_MAPPINGS, Mapping, load_mapping
from sources.inventories.translation import Record
from sources.lake import lake as lake_tables
from sources.referential.loader import Referential, load_referential
from sources.versions.reference_loading import remove_inventory, take_inventory, take_shipped_inventories
from sources.versions.reference_reloading import reload_references
from tests.sources.inventories.test_inventories import MAPPING, load_invented, referential

__all__ = ["referential"]

KEYED = MAPPING.replace("[duplicates]", '[key]\ncolumns = ["Id"]\n\n[duplicates]')
PLAIN = MAPPING.split("[duplicates]")[0] + "[columns]" + MAPPING.split("[columns]")[1]
ROW = st.tuples(st.sampled_from("ABC"), st.sampled_from(["x", "y"]), st.sampled_from(["pilot", "i drift", ""]))


def mapped(folder: Path, text: str, referential: Referential) -> Mapping:
    (folder / "no_2026.toml").write_text(text, encoding="utf-8")
    return load_mapping("no_2026", referential, folder)


def records(rows: list[tuple[str, str, str]], mapping: Mapping) -> list[Record]:
    cells = [{"Etat": "OSLO", "Navn": name, "Behov": need, "Fase": stage} for name, need, stage in rows]
    return [Record.of(cell, number, mapping) for number, cell in enumerate(cells, start=2)]


def codes(rows: list[tuple[str, str, str]], mapping: Mapping) -> dict[str, tuple[str, str, str]]:
    found = with_codes(records(rows, mapping), mapping).records
    by_code = {record.use_case_code or "": tuple(map(record.text, ("Navn", "Behov", "Fase"))) for record in found}
    assert len(by_code) == len(found) == len(set(rows))
    return by_code  # type: ignore[return-value]


@settings(max_examples=150, deadline=None)
@given(data=st.data(), rows=st.lists(ROW, min_size=1, max_size=12))
def test_shuffled_or_shortened_deliveries_keep_every_code(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, rows: list[tuple[str, str, str]]
) -> None:
    """A code that both deliveries have is of the same name and need; and the same stage, where these tell it apart."""
    folder = tmp_path_factory.mktemp("codes")
    text = PLAIN.replace("NO-2026", "US-2024").replace("NO-OSLO", "US-VA")
    mapping = mapped(folder, text, load_referential())
    whole = codes(rows, mapping)
    assert codes(data.draw(st.permutations(rows)), mapping) == whole
    left = codes(data.draw(st.lists(st.sampled_from(rows), min_size=1, unique=True)), mapping)
    alone = [row[:2] for row in set(rows)]
    for code, content in left.items():
        if code in whole:
            assert whole[code][:2] == content[:2]
        if alone.count(content[:2]) == 1:
            assert whole[code] == content


def labels(folder: Path) -> dict[str, str]:
    return dict(lake_tables.read(folder, "inventory_use_cases").select("use_case_label", "use_case_code").iter_rows())


def test_one_row_fewer_changes_no_code(tmp_path: Path, referential: Referential) -> None:
    rows = ["Etat;Navn;Behov;Fase;Tema;Teknikk;Dato\n", *(f"OSLO;Cas {n};Besoin {n};pilot;;;\n" for n in range(40))]
    load_invented(tmp_path, referential, content="".join(rows))
    before = labels(tmp_path / "lake")
    report = load_invented(tmp_path, referential, content="".join(rows[:5] + rows[6:]))
    assert report.gone_count == 1
    assert labels(tmp_path / "lake") == {label: code for label, code in before.items() if label != "Cas 4"}


def test_a_publishers_key_is_the_code_and_a_broken_one_is_refused_by_record(
    tmp_path: Path, referential: Referential
) -> None:
    content = (
        "Id;Etat;Navn;Behov;Fase;Tema;Teknikk;Dato\n"
        "va-0012;OSLO;A;;pilot;;;\n"
        ";OSLO;B;;pilot;;;\n"
        "va-0013;OSLO;C;;pilot;;;\n"
        "VA-0013;OSLO;D;;pilot;;;\n"
        "clé d'un autre genre;OSLO;E;;pilot;;;\n"
    )
    report = load_invented(tmp_path, referential, KEYED, content)
    assert (report.without_key, report.clashing, report.rejected) == ((3,), (4, 5), (3, 4, 5))
    assert report.read_count == report.taken_count + len(report.rejected)
    found = lake_tables.read(tmp_path / "lake", "inventory_use_cases")["use_case_code"].to_list()
    assert found[0] == "NO-2026-VA-0012" and len(found[1]) == len("NO-2026-") + 10
    renamed = content.replace("OSLO;A;", "OSLO;Renommé;")
    load_invented(tmp_path, referential, KEYED, renamed)
    first = lake_tables.read(tmp_path / "lake", "inventory_use_cases").row(0, named=True)
    assert (first["use_case_code"], first["use_case_label"]) == ("NO-2026-VA-0012", "Renommé")


def second_mapping(home: Home, source: str) -> None:
    """The shipped mapping under another name, for another year's inventory of the same organisations."""
    text = (SHIPPED_MAPPINGS / "us_2024.toml").read_text(encoding="utf-8")
    (home.root / "mappings").mkdir(parents=True, exist_ok=True)
    (home.root / "mappings" / "us_2025.toml").write_text(text.replace('"US-2024"', f'"{source}"'), encoding="utf-8")


def site_with_2025(home: Home) -> Referential:
    home.referential.mkdir(parents=True)
    (home.referential / "sources.csv").write_text("code;label;origin;kind\nUS-2025;2025;public;etranger\n")
    return load_referential(home.referential)


@pytest.mark.parametrize(("source", "count"), [("US-2025", 1000), ("US-2024", 500)])
def test_a_second_inventory_of_the_same_organisations(tmp_path: Path, source: str, count: int) -> None:
    """Its own source: beside the first, no code in common. The same source: in its place, and rebuilt so."""
    home = Home(tmp_path)
    known = site_with_2025(home)
    take_shipped_inventories(home, known)
    second_mapping(home, source)
    take_inventory(home, SHIPPED_INVENTORIES["us_2024"], "us_2025", known)
    take_shipped_inventories(home, known)
    laid = lake_tables.read(home.lake, "inventory_use_cases")
    assert laid.height == laid["use_case_code"].n_unique() == count
    for path in home.lake.rglob("US-*.parquet"):
        path.unlink()
    reload_references(home, known)
    order = ["use_case_code"]
    assert lake_tables.read(home.lake, "inventory_use_cases").sort(order).equals(laid.sort(order))


def test_an_inventory_is_removed_for_good_and_can_come_back(tmp_path: Path) -> None:
    home, known = Home(tmp_path), load_referential()
    take_shipped_inventories(home, known)
    assert remove_inventory(home, "US-2024") == "US-2024"
    for _ in range(2):
        assert take_shipped_inventories(home, known) == []
        reload_references(home, known)
        assert lake_tables.read(home.lake, "inventory_use_cases").is_empty()
    assert [one.byte_count > 0 for one in references(home) if one.kind == "inventory"] == [True, False]
    with pytest.raises(InventoryError, match="Inventaires chargés : aucun"):
        remove_inventory(home, "us_2024")
    take_inventory(home, SHIPPED_INVENTORIES["us_2024"], "us_2024", known)
    assert lake_tables.read(home.lake, "inventory_use_cases").select(pl.len()).item() == 500
