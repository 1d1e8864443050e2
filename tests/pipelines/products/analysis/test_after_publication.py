"""The analyses that follow a publication: made once a build, computed again where inputs change, never in its way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from dagster import DagsterInstance

from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import ANALYSIS_JOB
from pipelines.products.analysis import after_publication
from pipelines.products.analysis.inputs import open_inputs
from pipelines.products.analysis.parts import Results, compute_all
from pipelines.warehouse.build_stamp import read_stamp, write_stamp
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.publication import current_release
from sources.home.home import Home
from sources.lake import analysis
from sources.referential.loader import load_referential
from tests.dbt_project.small_lake import write_site
from tests.pipelines.conftest import LYON, Installation

MARTS = ("mart_robustness", "mart_agreement", "mart_portfolio_scenario", "mart_portfolio_selection")


def results_of(home: Home, with_core: bool = False) -> Results:
    with open_inputs(home) as inputs:
        return compute_all(inputs, home.analysis, "essai", with_core)


def test_the_demonstration_is_published_with_its_analyses(demo_home: Home) -> None:
    release = current_release(demo_home)
    assert release is not None and release.build.analysis_checksum
    assert all(release.row_counts[mart] for mart in MARTS)
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        described = connection.execute("select distinct described_release from mart_analysis_stamp").fetchall()
        scenarios = connection.execute("select status_code, selected_count > 0 from mart_portfolio_scenario").fetchall()
        simulated = connection.execute(
            "select count(*) from int_score_perimeter left join mart_robustness using (campaign_code, perimeter_code, "
            "use_case_code) where profile_code = 'equilibre' and (expected_rank is null) <> (priority_score is null)"
        ).fetchall()
    assert len(described) == 1 and described[0][0] < release.name
    assert scenarios == [("optimal", True)] * 2
    assert simulated == [(0,)]


def test_each_budget_keeps_the_portfolio_that_the_frontier_counts(demo_home: Home) -> None:
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        unlike = connection.execute(
            "with kept as (select scenario_code, step_number, count(*) as chosen, sum(effort_score) as effort, "
            "sum(impact_score) as impact from mart_portfolio_step where is_selected group by all) "
            "select scenario_code, step_number from mart_portfolio_frontier left join kept "
            "using (scenario_code, step_number) where selected_count <> coalesce(chosen, 0) "
            "or abs(effort_total - effort) > 0.1 or abs(impact_total - impact) > 0.1"
        ).fetchall()
        own = connection.execute(
            "select count(*), count(*) filter (where steps.is_selected is distinct from selections.is_selected) "
            "from mart_portfolio_selection as selections inner join mart_portfolio_frontier using (scenario_code) "
            "left join mart_portfolio_step as steps using (scenario_code, step_number, use_case_code) "
            "where is_own_budget"
        ).fetchall()
        [(selections,)] = connection.execute("select count(*) from mart_portfolio_selection").fetchall()
    assert unlike == [] and own == [(selections, 0)]


def test_what_is_described_calls_for_nothing(demo_home: Home) -> None:
    assert not after_publication.is_due(demo_home)
    assert after_publication.compute(demo_home) is None
    again = results_of(demo_home)
    assert again.computed == [] and again.kept_count > 0 and not again.is_changed


def test_a_drop_is_analysed_once_and_only_where_it_changes_something(installation: Installation) -> None:
    home = installation.home
    installation.drop("essai", "nouveau.xlsx", use_case="CAT-001", EFF_1_1="Faible")
    assert installation.run().success
    published = current_release(home)
    assert after_publication.is_due(home)
    computed = after_publication.compute(home)
    assert computed is not None
    groups = {f"DEMO-2026|{perimeter}" for perimeter in (LYON, "gcs", "tous")}
    assert {part.split(" ")[1] for part in computed.results.computed} - groups <= {"SC_EFFORT", "SC_ELARGI"}

    job = build_defs(home).resolve_job_def(ANALYSIS_JOB)
    with DagsterInstance.ephemeral() as instance:
        first = job.execute_in_process(instance=instance)
        described = current_release(home)
        second = job.execute_in_process(instance=instance)
    assert first.success and second.success
    assert published is not None and described is not None
    assert described.name > published.name and described.build.build_id == published.build.build_id
    assert current_release(home) == described and not after_publication.is_due(home)
    assert [event.asset_key for event in second.get_asset_materialization_events()] == []


def test_results_of_a_build_gone_by_are_not_kept(home_copy: Home) -> None:
    (home_copy.analysis / "state.json").unlink()
    computed = after_publication.compute(home_copy)
    stamp = read_stamp(home_copy)
    assert computed is not None and stamp is not None
    write_stamp(home_copy, replace(stamp, build_id="newer"))
    assert not after_publication.keep(home_copy, computed)
    assert not (home_copy.analysis / "state.json").exists() and not after_publication.is_due(home_copy)


def test_results_that_break_a_rule_are_taken_away_and_data_can_still_be_published(home_copy: Home) -> None:
    rows = analysis.read(home_copy.analysis, "agreement")
    wrong = rows.with_columns(pl.lit(None, pl.String).alias("alpha_absent_reason"), pl.lit(None).alias("alpha"))
    analysis.write(home_copy.analysis, {"agreement": wrong})
    with pytest.raises(after_publication.AnalysisFailed, match="mart_agreement, règle expression_holds"):
        after_publication.build_marts(home_copy, read_manifest(home_copy))
    with duckdb.connect(str(home_copy.warehouse), read_only=True) as connection:
        assert connection.execute("select count(*) from mart_agreement").fetchall() == [(0,)]
    assert after_publication.is_due(home_copy) and read_stamp(home_copy) is not None


def test_scenarios_of_a_site(home_copy: Home) -> None:
    scenario = {"rank": "9", "effort_budget": "100", "label": "Essai"}
    link = {"label": "Lien", "scenario_code": "SC_SERRE"}
    write_site(
        home_copy.root / "site",
        {
            "scenarios": [
                {"origin": "proposed", "code": "SC_SERRE"} | scenario,
                {"origin": "proposed", "code": "SC_CLOS", "valid_to": "2020-01-01"} | scenario | {"label": "Clos"},
            ],
            "scenario_constraints": [
                {"origin": "proposed", "code": "A", "kind": "use_case_required", "use_case_code": "CAT-006"} | link,
                {"origin": "proposed", "code": "B", "kind": "use_case_required", "use_case_code": "CAT-012"} | link,
                {"origin": "proposed", "code": "C", "kind": "use_case_excluded", "use_case_code": "CAT-020"} | link,
            ],
        },
    )
    load_referential(home_copy.root / "site").write_lake(home_copy.lake)
    found = results_of(home_copy)
    assert sorted(part for part in found.computed) == ["portfolio SC_SERRE"]
    [row] = found.tables["portfolio_scenario"].filter(pl.col("scenario_code") == "SC_SERRE").to_dicts()
    assert row["status_code"] == "infaisable"
    assert row["conflict_text"] == "budget d'effort de 100 points ; CAT-006 imposé ; CAT-012 imposé"
    reasons = found.tables["portfolio_selection"].filter(pl.col("scenario_code") == "SC_SERRE")
    assert "Exclu par le scénario" in reasons.get_column("reason_left_out").to_list()
    assert "SC_CLOS" not in found.tables["portfolio_scenario"].get_column("scenario_code").to_list()


def test_the_core_is_left_for_the_night_but_by_the_demonstration(
    demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert results_of(demo_home).tables["portfolio_core"].get_column("draw_count").unique().to_list() == [200]
    monkeypatch.setattr("pipelines.products.decision.core.DRAW_COUNT", 5)
    with open_inputs(demo_home) as inputs:
        by_day = compute_all(inputs, tmp_path, "essai", with_core=False)
        analysis.write(tmp_path, by_day.tables)
        at_night = compute_all(inputs, tmp_path, "essai", with_core=True)
    assert by_day.tables["portfolio_core"].is_empty()
    assert at_night.computed == ["core SC_EFFORT", "core SC_ELARGI"]
    core = at_night.tables["portfolio_core"]
    assert core.get_column("draw_count").unique().to_list() == [5]
    assert core.get_column("chosen_count").is_between(0, 5).all() and core.get_column("chosen_count").sum() > 0
