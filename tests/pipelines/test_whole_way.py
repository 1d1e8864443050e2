"""From drop to publication, on the real definitions."""

import os

from dagster import AssetKey, DagsterInstance, ExecuteInProcessResult

from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import INTAKE_JOB
from pipelines.warehouse.build_stamp import read_stamp
from pipelines.warehouse.publication import current_release, row_counts
from sources.archive import archive
from tests.pipelines.conftest import LYON, Installation

ASSESSMENTS = "select count(*) from fct_assessment where assessor_code like ?"


def test_the_demonstration_is_published_whole(installation: Installation) -> None:
    release = current_release(installation.home)
    assert release is not None and release.build == read_stamp(installation.home)
    assert row_counts(installation.home.current_release) == release.row_counts
    assert release.build.receptions == [reception.number for reception in archive.receptions(installation.home)]
    empty = {table for table, count in release.row_counts.items() if table.startswith("mart_") and not count}
    # The demonstration's committees have decided nothing yet, and its establishments name nothing twice.
    assert empty <= {"mart_decision", "mart_duplicate_pair"}


def test_a_drop_its_replacement_and_its_repetition(installation: Installation) -> None:
    first = installation.drop("essai", "premier.xlsx", use_case="CAT-001")
    assert installation.run().success
    assert installation.query(ASSESSMENTS, "%MED-77") == [(1,)]
    assert not first.exists() and list(first.parent.glob("traités/*_premier.xlsx"))
    assert len(installation.receipts_of("premier.xlsx")) == 1
    before = _marts(installation)

    same = next(first.parent.glob("traités/*_premier.xlsx"))
    (first.parent / "encore.xlsx").write_bytes(same.read_bytes())
    assert installation.run().success
    assert _marts(installation) == before
    assert len(installation.receipts_of("encore.xlsx")) == 1

    installation.drop("essai", "corrige.xlsx", use_case="CAT-002", assessor="MED-78")
    result = installation.run()
    assert result.success
    assert installation.query(ASSESSMENTS, "%MED-77") == [(0,)]
    assert installation.query(ASSESSMENTS, "%MED-78") == [(1,)]
    made = {event.asset_key.path[-1] for event in result.get_asset_materialization_events() if event.asset_key}
    assert {"fct_submission", "publication"} <= made
    assert made.isdisjoint({"dim_axis", "int_finess_entity"}), "nothing that they read changed"


def test_a_faulty_file_is_answered_and_stops_nobody(installation: Installation) -> None:
    damaged = installation.home.intake / LYON / "abime.xlsx"
    damaged.write_bytes(b"PK\x03\x04 half a workbook")
    os.utime(damaged, (1, 1))  # a fresh one would be waited for: it may still be copied
    installation.drop("essai", "bon.xlsx")
    result = installation.run()
    assert result.success
    assert installation.query(ASSESSMENTS, "%MED-77") == [(1,)]
    assert len(installation.receipts_of("abime.xlsx")) == 1
    verdicts = _metadata(result, "submissions")["verdicts"]
    assert verdicts == {"refusee": 1, "prise": 1}


def test_any_asset_can_be_materialised_again(installation: Installation) -> None:
    """A model alone: the warehouse is built whole, the events are those of the model and its checks."""
    job = build_defs(installation.home).resolve_job_def(INTAKE_JOB)
    with DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, asset_selection=[AssetKey("mart_notice")])
        keys = {event.asset_key for event in result.get_asset_materialization_events()}
        assert keys == {AssetKey("mart_notice")}
        assert {e.asset_key for e in result.get_asset_check_evaluations()} <= {AssetKey("mart_notice")}
        publication = job.execute_in_process(instance=instance, asset_selection=[AssetKey("publication")])
    assert publication.success


def test_metadata_count_and_never_quote(installation: Installation) -> None:
    installation.drop("essai", "avec-texte.xlsx", commentaire="Texte confidentiel de l'évaluateur")
    result = installation.run()
    told = str([event.to_json() if hasattr(event, "to_json") else event for event in result.all_events])
    assert "Texte confidentiel" not in told
    assert _metadata(result, "int_score_perimeter")["dagster/row_count"] > 0


def _marts(installation: Installation) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the marts that do not say when."""
    marts = ("mart_portfolio_matrix", "mart_cartography", "mart_key_figures", "mart_criterion_scores")
    return {mart: installation.query(f"select * from {mart} order by all") for mart in marts}


def _metadata(result: ExecuteInProcessResult, asset: str) -> dict[str, object]:
    for event in result.get_asset_materialization_events():
        if event.asset_key.path == [asset]:
            return {name: value.value for name, value in event.materialization.metadata.items()}
    raise AssertionError(f"{asset} was not materialised")
