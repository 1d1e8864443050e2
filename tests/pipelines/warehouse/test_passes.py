"""A pass knows which lake tables changed, and waits only for what each pass makes."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipelines.orchestration.assets.warehouse import last_models
from pipelines.warehouse import rebuild
from pipelines.warehouse.build_stamp import read_stamp
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.lake_state import MARK, LakeState, changed_tables, lake_state, only_grew
from pipelines.warehouse.warehouse import MachineRefused
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import load_referential


@pytest.fixture(scope="module")
def manifest(demo_home: Home) -> Mapping[str, Any]:
    return read_manifest(demo_home)


def test_the_publication_waits_only_for_what_each_pass_makes(manifest: Mapping[str, Any]) -> None:
    assert last_models(manifest)
    for key in last_models(manifest):
        assert f"source.cartographie.lake.{MARK}" in read_by(manifest, f"model.cartographie.{key.path[-1]}")


def read_by(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """All that a node reads, near or far."""
    parents = set(manifest["parent_map"].get(unique_id, ()))
    return parents.union(*(read_by(manifest, parent) for parent in parents))


def test_a_build_that_stopped_between_two_models_is_made_again_from_nothing(
    home_copy: Home, manifest: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote looks finished to the next pass, whose models ask the state that it left."""
    asked: list[bool] = []

    def stops(*_: object, full_refresh: bool, **__: object) -> None:
        asked.append(full_refresh)
        raise MachineRefused("No space left")

    monkeypatch.setattr(rebuild, "build", stops)
    lake.write(home_copy.lake, MARK, "r900000000-900000000", lake.empty(MARK))
    for _ in range(2):
        with pytest.raises(MachineRefused):
            rebuild.rebuild(home_copy, manifest, load_referential(home_copy.referential))
        assert read_stamp(home_copy) is None
    assert asked == [False, True]


def test_changed_tables_are_told_by_parts_and_by_content(home_copy: Home) -> None:
    before = lake_state(home_copy)
    [written, *_] = sorted((home_copy.lake / "organisation_versions").glob("n*.parquet"))
    written.write_bytes(written.read_bytes())  # written again, the same
    assert changed_tables(home_copy, before) == frozenset()
    lake.write(home_copy.lake, "finess_sites", "shipped", lake.read(home_copy.lake, "finess_sites").head(1))
    lake.write(home_copy.lake, MARK, "r900000000-900000000", lake.empty(MARK))
    assert changed_tables(home_copy, before) == {"finess_sites", MARK}
    assert only_grew(home_copy, before)
    assert changed_tables(home_copy, LakeState(before.last_part, before.digest)) == set(lake.LAKE_TABLES)
