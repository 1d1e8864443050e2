"""A pass leaves standing what reads nothing new, and makes all that does."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipelines.assets.warehouse import last_models
from pipelines.concerned import NAMINGS
from pipelines.dbt_manifest import read_manifest
from pipelines.lake_state import MARK, LakeState, changed_tables, lake_state, only_grew
from pipelines.standing import lake_tables_of, nodes_left_standing
from sources import lake
from sources.home import Home


@pytest.fixture(scope="module")
def manifest(demo_home: Home) -> Mapping[str, Any]:
    return read_manifest(demo_home)


def names(manifest: Mapping[str, Any], unique_ids: list[str]) -> set[str]:
    return {manifest["nodes"][unique_id]["name"] for unique_id in unique_ids}


def test_a_new_submission_remakes_all_that_reads_submissions(manifest: Mapping[str, Any]) -> None:
    standing = names(manifest, nodes_left_standing(manifest, frozenset({MARK, "answers"})))
    assert {"dim_axis", "dim_axis_keys", "int_finess_entity"} <= standing
    assert standing.isdisjoint({"fct_submission", "fct_submission_keys", "mart_portfolio_matrix", "dim_assessor"})


def test_a_new_register_remakes_what_reads_it(manifest: Mapping[str, Any]) -> None:
    standing = names(manifest, nodes_left_standing(manifest, frozenset({MARK, "finess_sites", "finess_entities"})))
    assert "dim_axis" in standing
    assert standing.isdisjoint({"int_finess_entity", "dim_establishment"})


def test_what_no_longer_moves_a_model_is_among_its_parents(manifest: Mapping[str, Any]) -> None:
    declared = {
        unique_id: node["config"]["meta"]["unmoved_by"]
        for unique_id, node in manifest["nodes"].items()
        if "unmoved_by" in node["config"].get("meta", {})
    }
    assert declared
    for unique_id, names_of_parents in declared.items():
        parents = {parent.rsplit(".", maxsplit=1)[-1] for parent in manifest["parent_map"][unique_id]}
        assert set(names_of_parents) <= parents, unique_id


def test_answers_alone_leave_use_cases_and_organisations_standing(manifest: Mapping[str, Any]) -> None:
    answers = frozenset({MARK, "submissions", "sheet_counts", "assessments", "answers"})
    by_answers = names(manifest, nodes_left_standing(manifest, answers))
    assert {"dim_use_case", "dim_establishment", "dim_project_history", "mart_cartography_keys"} <= by_answers
    by_namings = names(manifest, nodes_left_standing(manifest, answers | {NAMINGS}))
    assert by_namings.isdisjoint({"dim_use_case", "dim_establishment", "mart_cartography_keys"})
    assert "dim_solution" in by_namings


def test_nothing_stands_when_no_submission_came(manifest: Mapping[str, Any]) -> None:
    assert nodes_left_standing(manifest, frozenset()) == []
    assert nodes_left_standing(manifest, frozenset({"finess_sites"})) == []


def test_the_publication_waits_only_for_what_each_pass_makes(manifest: Mapping[str, Any]) -> None:
    assert last_models(manifest)
    for key in last_models(manifest):
        assert MARK in lake_tables_of(manifest, f"model.cartographie.{key.path[-1]}")


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
