"""The register brought again by its job: recorded and published; refused when cut short or without an address."""

from pathlib import Path

import polars as pl
import pytest
from dagster import DagsterInstance, materialize

from pipelines.operations.incidents.failures import failed_runs
from pipelines.orchestration.assets.lake import establishments
from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import REGISTER_JOB
from pipelines.orchestration.resources import HomeResource
from pipelines.warehouse.publication import current_release
from sources.archive.archive_references import REGISTER, current_references
from sources.finess.loader import SHIPPED_SITES
from sources.home.home import Home
from sources.lake import lake
from tests.pipelines.conftest import Installation


def refresh(home: Home, instance: DagsterInstance, sites: Path | None = None) -> bool:
    """The step alone, as the job runs it, with the address of sites that the home is configured for."""
    if sites is not None:
        (home.root / "cartographie.toml").write_text(f'[finess]\nsites = "{sites}"\n')
    config = {"ops": {"establishments": {"config": {"refresh": True}}}}
    resources = {"home": HomeResource(root=str(home.root))}
    return materialize(
        [establishments], instance=instance, resources=resources, run_config=config, raise_on_error=False
    ).success


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """The shipped extract with one site renamed, as a register that was published again."""
    text = SHIPPED_SITES.read_text(encoding="utf-8")
    label = pl.read_csv(SHIPPED_SITES, separator=";", infer_schema=False)["rs"][0]
    path = tmp_path / "finess.csv"
    path.write_text(text.replace(label, "HÔPITAL RENOMMÉ", 1), encoding="utf-8")
    return path


def test_a_register_brought_again_is_recorded_and_published(installation: Installation, register: Path) -> None:
    home = installation.home
    (home.root / "cartographie.toml").write_text(f'[finess]\nsites = "{register}"\n')
    before = current_release(home)
    with DagsterInstance.ephemeral() as instance:
        job = build_defs(home).resolve_job_def(REGISTER_JOB)
        assert job.execute_in_process(instance=instance, raise_on_error=False).success
    assert "HÔPITAL RENOMMÉ" in lake.read(home.lake, "finess_sites")["site_label"].to_list()
    assert (REGISTER, "finess_sites") in current_references(home)
    assert current_release(home) != before


def test_a_register_cut_short_replaces_nothing(home_copy: Home, register: Path) -> None:
    with DagsterInstance.ephemeral() as instance:
        assert refresh(home_copy, instance, register)
        before = lake.read(home_copy.lake, "finess_sites")
        lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
        register.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
        assert not refresh(home_copy, instance, register)
        (failure,) = failed_runs(instance, 1)
    assert lake.read(home_copy.lake, "finess_sites").equals(before)
    assert failure.incident.code == "O0301" and "semble incomplet" in failure.cause


def test_without_an_address_the_job_says_which_setting(home_copy: Home) -> None:
    with DagsterInstance.ephemeral() as instance:
        assert not refresh(home_copy, instance)
        (failure,) = failed_runs(instance, 1)
    assert "réglez [finess] sites" in failure.cause
