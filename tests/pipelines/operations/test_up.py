"""What `up` looks for before it works, and that `run` takes the same options."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboards.serving import environment
from dashboards.serving.environment import EnvironmentFailure
from pipelines.cli import app
from pipelines.operations import up
from pipelines.warehouse.ducklake.guards import CatalogUnfit
from sources.home.home import Home


def test_a_missing_program_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(up, "find_chromium", lambda: None)
    monkeypatch.setattr(environment, "is_installed", lambda: True)
    up._look_for_programs(said.append)
    assert len(said) == 1 and "apt-get install chromium" in said[0]

    monkeypatch.setattr(environment, "is_installed", lambda: False)
    monkeypatch.setattr(environment, "find_uv", lambda: _missing())
    with pytest.raises(EnvironmentFailure, match="uv"):
        up._look_for_programs(said.append)


def _missing() -> list[str]:
    raise EnvironmentFailure("uv est introuvable")


def test_run_and_up_take_the_demonstration_alike() -> None:
    for command in ("run", "up"):
        told = re.sub(r"\x1b\[[0-9;]*m", "", CliRunner().invoke(app, [command, "--help"], terminal_width=200).output)
        assert "--demo" in told and "--no-demo" in told


def test_a_catalog_that_is_down_stops_no_start_and_one_that_is_unfit_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    up._check_catalog(Home(tmp_path), said.append)
    assert said == [], "a file needs no catalog"
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__TARGET", "ducklake")
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__CATALOG_URL", "postgresql://x:secret@127.0.0.1:1/x")
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__DATA_PATH", str(tmp_path / "data"))
    up._check_catalog(Home(tmp_path), said.append)
    assert len(said) == 1 and said[0].startswith("[O0115]") and "secret" not in said[0]
    monkeypatch.setattr(up, "check", lambda _: _unfit())
    with pytest.raises(CatalogUnfit):
        up._check_catalog(Home(tmp_path), said.append)


def _unfit() -> None:
    raise CatalogUnfit("un autre format")
