"""The Superset environment: made once, found again at once, and plain about what is missing."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboards.serving import environment
from dashboards.serving.environment import EnvironmentFailure, ensure_environment, find_uv


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARTOGRAPHIE_SUPERSET_VENV", str(tmp_path / "venv"))
    return tmp_path / "venv"


def test_an_environment_of_the_present_lock_is_used_as_it_stands(venv: Path) -> None:
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    lock = hashlib.sha256((environment.PROJECT / "uv.lock").read_bytes()).hexdigest()
    (venv / environment.STAMP).write_text(lock, encoding="ascii")
    said: list[str] = []
    assert ensure_environment(said.append) == venv / "bin" / "python"
    assert said == []


def test_a_missing_uv_is_said_with_its_remedy(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr(environment.sys, "executable", "/bin/false")
    with pytest.raises(EnvironmentFailure, match="uv est introuvable"):
        ensure_environment(lambda _line: None)
    assert not venv.exists()


def test_uv_is_taken_from_the_variable_when_it_is_not_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv("UV", "/opt/uv")
    assert find_uv() == ["/opt/uv"]


def test_a_failed_installation_is_said_and_leaves_no_mark(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "no route to the registry")
    monkeypatch.setattr(environment, "find_uv", lambda: ["uv"])
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_kwargs: failed)
    with pytest.raises(EnvironmentFailure, match="no route to the registry"):
        ensure_environment(lambda _line: None)
    assert not (venv / environment.STAMP).exists()


def test_what_is_installed_may_be_read_by_the_account_of_the_service(
    venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root installs under the command's umask, and a service account of its own starts Superset."""
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\nmkdir -p "{venv}/lib" && echo import > "{venv}/lib/module.py"\n', encoding="utf-8")
    uv.chmod(0o755)
    monkeypatch.setattr(environment, "find_uv", lambda: [str(uv)])
    before = os.umask(0o077)
    try:
        ensure_environment(lambda _line: None)
    finally:
        os.umask(before)
    assert (venv / "lib" / "module.py").stat().st_mode & 0o444 == 0o444
    assert (venv / "lib").stat().st_mode & 0o555 == 0o555
