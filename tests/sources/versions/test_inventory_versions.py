"""The versions of an inventory, from its deliveries in the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.archive.archive_events import set_source_aside
from sources.archive.archive_references import INVENTORY
from sources.home.home import Home
from sources.lake import lake as lake_tables
from sources.versions.inventory_versions import TABLE, write_inventory_versions
from sources.versions.reference_loading import remove_inventory
from tests.sources.archive.test_source_set_aside import KNOWN, deliver, home

__all__ = ["home"]


def said(home: Home) -> dict[int, set[str | None]]:
    """Labels by delivery; none marks it."""
    found: dict[int, set[str | None]] = {}
    for row in lake_tables.read(home.lake, TABLE).iter_rows(named=True):
        found.setdefault(row["reception_number"], set()).add(row["use_case_label"])
    return found


@pytest.mark.parametrize("at_once", [True, False])
def test_each_delivery_is_a_version_whenever_it_is_written(home: Home, at_once: bool) -> None:
    def pass_by() -> None:
        if not at_once:
            write_inventory_versions(home, KNOWN)

    pass_by()
    first = deliver(home, "Un")
    pass_by()
    second = deliver(home, "Un", "Deux")
    pass_by()
    remove_inventory(home, "us_2024")
    write_inventory_versions(home, KNOWN)
    versions = said(home)
    assert len(versions.pop(0)) > 450
    assert versions == {first: {None, "Un"}, second: {None, "Un", "Deux"}, second + 1: {None}}


def test_a_delivery_set_aside_is_no_version(home: Home, tmp_path: Path) -> None:
    first, second = deliver(home, "Un"), deliver(home, "Deux")
    write_inventory_versions(home, KNOWN)
    set_source_aside(home, second, INVENTORY, "us_2024", "essai")
    write_inventory_versions(home, KNOWN)
    assert set(said(home)) == {0, first}
