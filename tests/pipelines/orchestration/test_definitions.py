"""The first test: all definitions load, and are what engineers expect to see."""

from pathlib import Path

import duckdb
import pytest
from dagster import Definitions

from pipelines.orchestration.checks import broken_contracts, build_contracts_check
from pipelines.orchestration.definitions import GROUPS, build_defs
from pipelines.orchestration.jobs import DASHBOARDS_JOB, INTAKE_JOB, NIGHTLY_JOB
from pipelines.orchestration.resources import HomeResource
from pipelines.warehouse.dbt_manifest import read_manifest
from sources.home.home import Home


@pytest.fixture(scope="module")
def defs(demo_home: Home) -> Definitions:
    return build_defs(demo_home)


def test_all_definitions_load(defs: Definitions) -> None:
    Definitions.validate_loadable(defs)


def test_every_asset_has_a_group_and_a_description(defs: Definitions) -> None:
    specs = list(defs.resolve_all_asset_specs())
    groups = {spec.group_name for spec in specs}
    assert groups == {"reception", "lac", "entrepot", "publication", "analyses", "tableaux_de_bord", "exports"}
    assert [spec.key.to_user_string() for spec in specs if not spec.description] == []


def test_descriptions_are_for_people_and_groups_and_jobs_say_theirs_in_english(defs: Definitions) -> None:
    specs = list(defs.resolve_all_asset_specs())
    assert [spec.key for spec in specs if "```" in str(spec.description) or "select " in str(spec.description)] == []
    assert {spec.metadata["group"] for spec in specs} == set(GROUPS.values())
    jobs = [job for job in defs.resolve_all_job_defs() if not job.name.startswith("__")]
    told = [*GROUPS.values(), *(str(job.description) for job in jobs)]
    assert [words for words in told if not words.isascii()] == []


def test_lineage_goes_from_the_drop_to_the_dashboards(defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    upstream = graph.get(next(key for key in graph.get_all_asset_keys() if key.path == ["dashboards"])).key
    seen, todo = set(), [upstream]
    while todo:
        key = todo.pop()
        seen.add(key.path[-1])
        todo += graph.get(key).parent_keys
    assert {"receptions", "submissions", "referential", "establishments", "inventories"} <= seen
    assert {"fct_assessment", "mart_portfolio_matrix", "publication"} <= seen


def test_no_asset_depends_on_one_that_nobody_makes(defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    outside = {node.key for node in graph.asset_nodes if not node.is_materializable}
    assert {key.path[0] for key in outside} == {"graphique", "page"}
    assert {parent for key in outside for parent in graph.get(key).parent_keys if parent.path[0] != "graphique"} <= (
        graph.materializable_asset_keys
    )


def test_a_page_is_downstream_of_the_marts_that_it_shows(defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    page = next(key for key in graph.get_all_asset_keys() if key.path[0] == "page" and "matrice" in key.path[1])
    charts = graph.get(page).parent_keys
    assert len(charts) > 3 and {key.path[0] for key in charts} == {"graphique"}
    assert "mart_portfolio_matrix_function" in {
        parent.path[-1] for chart in charts for parent in graph.get(chart).parent_keys
    }


def test_assets_have_owners_kinds_columns_and_the_way_to_their_model(defs: Definitions) -> None:
    specs = {spec.key.path[-1]: spec for spec in defs.resolve_all_asset_specs()}
    assert [name for name, spec in specs.items() if not spec.owners or not spec.kinds] == []
    assert "dagster/column_schema" in specs["submissions"].metadata
    assert "dagster/column_schema" in specs["fct_assessment"].metadata
    assert "fct_assessment.sql" in str(specs["fct_assessment"].metadata["modèle dbt"])
    assert "/superset/dashboard/matrice/" in str(specs["mart_portfolio_matrix_function"].metadata["tableaux de bord"])


def test_every_job_says_in_its_log_why_it_failed(defs: Definitions) -> None:
    jobs = defs.resolve_all_job_defs()
    named = [job for job in jobs if not job.name.startswith("__")]
    assert len(named) == 11
    assert [job.name for job in named if "explication" not in {hook.name for hook in job.hook_defs}] == []


def test_a_published_table_that_leaves_its_contract_is_named(tmp_path: Path) -> None:
    release = tmp_path / "release.duckdb"
    with duckdb.connect(str(release)) as connection:
        connection.execute("create table mart_a (code varchar, score decimal(9, 6), more integer)")
    contracts = {
        "mart_a": {"code": {"data_type": "text"}, "score": {"data_type": "double"}, "gone": {"data_type": "date"}}
    }
    assert broken_contracts(release, contracts) == ["mart_a.gone", "mart_a.more", "mart_a.score"]


def test_the_publication_keeps_all_contracts(demo_home: Home) -> None:
    check = build_contracts_check(read_manifest(demo_home))
    (result,) = [check(HomeResource(root=str(demo_home.root)))]
    assert result.passed and result.metadata["contract_count"].value > 30, result.metadata


def test_a_run_from_the_intake_never_touches_dashboards(defs: Definitions) -> None:
    for name in (INTAKE_JOB, NIGHTLY_JOB):
        keys = {key.path[-1] for key in defs.resolve_job_def(name).asset_layer.selected_asset_keys}
        assert "publication" in keys and "dashboards" not in keys
    keys = defs.resolve_job_def(DASHBOARDS_JOB).asset_layer.selected_asset_keys
    assert [key.path[-1] for key in keys] == ["dashboards"]


def test_dbt_tests_and_reconciliation_are_checks_that_block(defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    checks = {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys}
    assert {"every_row_accounted_for", "every_reception_answered"} <= checks.keys()
    assert len(checks) > 20
    assert {name for name, spec in checks.items() if not spec.blocking} == {
        "contracts_hold",
        "publication_equals_warehouse",
        "publication_is_fresh",
        "volume_against_earlier_campaigns",
    }
