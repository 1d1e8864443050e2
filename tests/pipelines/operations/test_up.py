"""What `up` looks for before it works, and that `run` takes the same options."""

import re

import pytest
from typer.testing import CliRunner

from dashboards.serving import environment
from dashboards.serving.environment import EnvironmentFailure
from pipelines.cli import app
from pipelines.operations import up


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
