"""The one setting that the program writes: the target, and nothing else of the file."""

import stat
import tomllib
from pathlib import Path

import pytest

from pipelines.operations.moving.settings_file import overriding_variable, write_target
from sources.home.configuration import configuration
from sources.home.home import Home

BEFORE = """\
# Réglages du GCS
[servers]
dagster_port = 3001  # pris : 3000

[warehouse]
# le partage du GCS
data_path = "/srv/partage"
target = "file"  # pour l'instant

[runs]
lock_wait_seconds = 5
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, BEFORE.replace('target = "file"', 'target = "ducklake"')),
        ("", '[warehouse]\ntarget = "ducklake"\n'),
        ("# rien\n", '# rien\n\n[warehouse]\ntarget = "ducklake"\n'),
        ('warehouse.target = "file"\n', 'warehouse.target = "ducklake"\n'),
        (
            'warehouse = {data_path = "/srv/é", target = "file"}\n',
            'warehouse = {data_path = "/srv/é", target = "ducklake"}\n',
        ),
    ],
)
def test_all_else_of_the_file_stays(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "cartographie.toml"
    file.write_text(before, encoding="utf-8")
    file.chmod(0o600)
    assert write_target(Home(tmp_path), "ducklake") == file
    assert file.read_text(encoding="utf-8") == after
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    write_target(Home(tmp_path), "file")
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    assert found == {
        **tomllib.loads(before),
        "warehouse": {**tomllib.loads(before).get("warehouse", {}), "target": "file"},
    }


def test_a_home_without_settings_gets_a_file_that_is_not_for_everybody(tmp_path: Path) -> None:
    file = write_target(Home(tmp_path), "file")
    assert configuration(Home(tmp_path)).warehouse.target == "file"
    assert not stat.S_IMODE(file.stat().st_mode) & stat.S_IRWXO


def test_settings_kept_elsewhere_are_changed_there(tmp_path: Path) -> None:
    kept = tmp_path / "etc" / "gcs.toml"
    kept.parent.mkdir()
    kept.write_text(BEFORE)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "cartographie.toml").symlink_to(kept)
    write_target(Home(tmp_path / "home"), "ducklake")
    assert (tmp_path / "home" / "cartographie.toml").is_symlink() and 'target = "ducklake"' in kept.read_text()


@pytest.mark.parametrize("name", ["CARTOGRAPHIE_WAREHOUSE__TARGET", "cartographie_warehouse__target"])
def test_a_variable_that_would_win_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert overriding_variable() is None
    monkeypatch.setenv(name, "file")
    assert overriding_variable() == name
