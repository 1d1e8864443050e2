"""A source that cannot be used is set aside, and the delivery before it counts; what ships stands in for none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.archive.archive_events import set_source_aside, sources_set_aside
from sources.archive.archive_references import INVENTORY, REGISTER, current_references
from sources.finess.loader import SHIPPED_SITES
from sources.home.home import Home
from sources.inventories.loader import SHIPPED_INVENTORIES
from sources.inventories.mapping import SHIPPED_MAPPINGS
from sources.lake import lake as lake_tables
from sources.referential.loader import load_referential
from sources.versions.reference_loading import (
    take_inventory,
    take_register,
    take_shipped_inventories,
    take_shipped_register,
)
from sources.versions.reference_reloading import lay_source_again, reload_references, sources_from_files

KNOWN = load_referential()
MAPPING = (SHIPPED_MAPPINGS / "us_2024.toml").read_text(encoding="utf-8")
HEADINGS = (
    "3_abr,4_bureau,2_use_case_name,11_purpose_benefits,16_dev_stage,8_topic_area,10_commercial_ai,22_dev_method,"
    "18_date_initiated,19_date_acq_dev_began,20_date_implemented,21_date_retired\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    take_shipped_register(made)
    take_shipped_inventories(made, KNOWN)
    return made


def deliver(home: Home, *names: str) -> int:
    path = home.root / "livraison.csv"
    path.write_text(HEADINGS + "".join(f"VA,VHA,{name},Purpose,Initiated,,,,,,,\n" for name in names))
    take_inventory(home, path, "us_2024", KNOWN)
    return current_references(home)[INVENTORY, "us_2024"].number


def names(home: Home) -> list[str]:
    return lake_tables.read(home.lake, "inventory_use_cases")["use_case_label"].to_list()


def test_the_delivery_before_counts(home: Home) -> None:
    assert sources_from_files(home) == []
    deliver(home, "Un")
    second = deliver(home, "Un", "Deux")
    assert [one.number for one in sources_from_files(home)] == [second]
    lay_source_again(home, KNOWN, INVENTORY, "us_2024", [second])
    assert names(home) == ["Un"]
    lay_source_again(home, KNOWN, INVENTORY, "us_2024")
    assert names(home) == ["Un", "Deux"]
    set_source_aside(home, second, INVENTORY, "us_2024", "essai")
    for _ in range(2):
        reload_references(home, KNOWN)
        take_shipped_inventories(home, KNOWN)
    assert names(home) == ["Un"]


def test_what_ships_stands_in_and_the_same_bytes_are_received_anew(home: Home) -> None:
    first = deliver(home, "Un")
    set_source_aside(home, first, INVENTORY, "us_2024", "essai")
    lay_source_again(home, KNOWN, INVENTORY, "us_2024")
    assert len(names(home)) == 500
    assert current_references(home)[INVENTORY, "us_2024"].number == first
    assert deliver(home, "Un") > first
    reload_references(home, KNOWN)
    assert names(home) == ["Un"]


def test_a_register_set_aside_gives_way_to_the_one_before(home: Home) -> None:
    text = SHIPPED_SITES.read_text(encoding="utf-8")
    for label in ("PREMIER", "SECOND"):
        (home.root / "r.csv").write_text(text.replace("CAMSP", label), encoding="utf-8")
        take_register(home, home.root / "r.csv")
    newest = current_references(home)[REGISTER, "finess_sites"].number
    set_source_aside(home, newest, REGISTER, "finess_sites", "essai")
    lay_source_again(home, KNOWN, REGISTER, "finess_sites")
    labels = set(lake_tables.read(home.lake, "finess_sites")["site_label"])
    assert "PREMIER" in labels and "SECOND" not in labels


def test_a_source_that_the_referential_no_longer_allows_stops_no_rebuild(home: Home) -> None:
    """The mapping in use names a code that is gone: the inventory is set aside, the register is laid all the same."""
    site = home.referential
    site.mkdir(parents=True)
    (site / "sources.csv").write_text("code;label;origin;kind\nUS-2025;2025;public;etranger\n", encoding="utf-8")
    (home.root / "mappings").mkdir()
    (home.root / "mappings" / "us_2025.toml").write_text(MAPPING.replace('"US-2024"', '"US-2025"'), encoding="utf-8")
    take_inventory(home, SHIPPED_INVENTORIES["us_2024"], "us_2025", load_referential(site))
    reload_references(home, KNOWN)
    [aside] = sources_set_aside(home).values()
    assert (aside.name, aside.kind) == ("us_2025", INVENTORY) and "US-2025" in aside.reason
    assert len(lake_tables.read(home.lake, "finess_sites")) == 212
