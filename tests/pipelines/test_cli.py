"""The command line: help in French, sentences instead of traces, exit codes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboards.serving.accounts import ROLES
from pipelines.cli import DATA_PROBLEMS, FAILED, OK, app
from pipelines.commands.terminal.python_guard import refusal
from sources.home.home import COORDINATORS_FOLDER, Home

COMMANDS = [
    ["up"],
    ["run"],
    ["template"],
    ["check"],
    ["status"],
    ["establishments", "sync"],
    ["sources", "finess"],
    ["sources", "inventory"],
    ["dashboards", "check"],
    ["dashboards", "publish"],
]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: list[str]) -> None:
    result = call(*command, "--help")
    assert result.exit_code == OK
    assert len(result.output.splitlines()) > 5


def test_help_names_every_role_of_an_account() -> None:
    said = " ".join(re.sub(r"[│\s]+", " ", call("accounts", "add", "--help").output).split())
    assert f"{', '.join(ROLES)}." in said


def test_help_waits_for_no_heavy_import() -> None:
    code = "import sys, pipelines.cli; print([m for m in ('dagster', 'dbt', 'polars', 'duckdb') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_a_blank_template_is_written_and_found_empty_by_check(tmp_path: Path) -> None:
    file = tmp_path / "depot.xlsx"
    assert call("template", file).exit_code == OK
    result = call("check", file)
    assert result.exit_code == DATA_PROBLEMS
    assert file.name in result.output


def test_check_returns_the_code_of_the_worst_file(tmp_path: Path) -> None:
    blank, unreadable = tmp_path / "depot.xlsx", tmp_path / "abime.xlsx"
    call("template", blank)
    unreadable.write_bytes(b"PK\x03\x04 half a workbook")
    assert call("check", blank, unreadable).exit_code == FAILED
    assert call("check", blank, tmp_path / "absent.xlsx").exit_code == FAILED


def test_folders_are_made_once_for_each_french_organisation(tmp_path: Path) -> None:
    assert call("establishments", "sync", "--home", tmp_path).exit_code == OK
    home = Home(tmp_path)
    codes = {folder.name for folder in home.intake.iterdir()}
    assert {"690781810", COORDINATORS_FOLDER} <= codes
    assert codes == {folder.name for folder in home.receipts.iterdir()}
    assert "0 dossier(s)" in call("establishments", "sync", "--home", tmp_path).output


def test_status_of_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    result = call("status", "--home", tmp_path)
    assert result.exit_code == FAILED
    assert "cartographie up" in result.output


def test_status_says_what_is_published_and_what_ran(demo_home: Home) -> None:
    result = call("status", "--home", demo_home.root)
    assert result.exit_code == OK
    assert re.search(r"Publié le \d\d/\d\d/\d{4}", result.output)
    assert "Rien n'attend." in result.output
    assert re.search(r"prise_en_compte : réussie en [\d.]+ s", result.output)


def test_a_second_run_finds_nothing_new(home_copy: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home_copy.root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == OK, done.stdout + done.stderr
    assert "0 fichier(s) reçu(s)" in done.stdout
    assert done.stderr == ""


def test_a_wrong_referential_is_told_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "referential").mkdir()
    (tmp_path / "referential" / "axes.csv").write_text("code;label;origin;rank\nAXE_10;;site;10\n")
    result = call("run", "--home", tmp_path)
    assert result.exit_code == FAILED
    assert "axes.csv, ligne 2" in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_register_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "autre.csv"
    file.write_text("a;b\n1;2\n")
    result = call("sources", "finess", file, "--home", tmp_path)
    assert result.exit_code == FAILED
    assert "autre.csv" in result.output and "Traceback" not in result.output


def test_a_missing_file_and_a_bug_are_told_without_a_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = call("sources", "finess", tmp_path / "absent.csv", "--home", tmp_path)
    assert missing.exit_code == FAILED and "absent.csv" in missing.output
    monkeypatch.setattr("pipelines.operations.intake_folders.sync_folders", lambda *_: 1 / 0)
    bug = call("establishments", "sync", "--home", tmp_path)
    assert bug.exit_code == FAILED and "ZeroDivisionError" in bug.output and "Traceback" not in bug.output


def test_the_dashboards_close() -> None:
    result = call("dashboards", "check")
    assert result.exit_code == OK, result.output


@pytest.mark.parametrize("version", [(3, 10), (3, 13), (3, 14)])
def test_another_python_is_refused_with_the_remedy(version: tuple[int, int]) -> None:
    said = refusal(version)
    assert said is not None and "3.11 ou 3.12" in said and f"{version[0]}.{version[1]}" in said


@pytest.mark.parametrize("version", [(3, 11), (3, 12)])
def test_the_right_pythons_are_welcome(version: tuple[int, int]) -> None:
    assert refusal(version) is None
