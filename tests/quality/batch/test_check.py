"""Checking a file where it stands: exit codes, words, and what is not checked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from quality.batch.check import check_file
from quality.batch.check_files import Outputs
from quality.verdicts.validation import RuleBugError
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import submission


def test_exit_codes_tell_clean_from_faulty_from_unreadable(referential: Referential, tmp_path: Path) -> None:
    good = write_template(tmp_path / "bon.xlsx", referential, submission())
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Énorme"
    faulty = write_template(tmp_path / "faute.xlsx", referential, rows)
    unreadable = tmp_path / "photo.xlsx"
    unreadable.write_bytes(b"\xff\xd8\xff\xe0 not a workbook")
    assert [check_file(path, referential).exit_code for path in (good, faulty, unreadable)] == [0, 1, 2]


def test_the_terminal_says_what_is_left_to_history(referential: Referential, tmp_path: Path) -> None:
    text = check_file(write_template(tmp_path / "bon.xlsx", referential, submission()), referential).as_text()
    assert "Pris en entier" in text
    assert "Non vérifié ici" in text
    assert "W0310" in text


def test_json_holds_everything(referential: Referential, tmp_path: Path) -> None:
    content = json.loads(
        check_file(write_template(tmp_path / "bon.xlsx", referential, submission()), referential).as_json()
    )
    assert content["verdict"] == "prise"
    assert content["submission"]["key"] == "690781810|2026-1|principal"


def test_checking_imports_neither_dagster_nor_dbt_nor_superset() -> None:
    code = (
        "import sys, quality.batch.check;"
        "print(sorted(m for m in ('dagster', 'dbt', 'superset', 'duckdb') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_bug_in_a_check_is_never_reported_as_bad_data(
    referential: Referential, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars as pl

    from quality.checks import row_checks
    from quality.checks.row_checks import CellCheck

    monkeypatch.setitem(
        row_checks._ROW_CHECKS,
        "cas_usage",
        lambda _: [CellCheck("nom", "E0201", pl.col("column_that_is_not_there") > 0)],
    )
    path = write_template(tmp_path / "bon.xlsx", referential, submission())
    with pytest.raises(RuleBugError, match="E0201"):
        check_file(path, referential)


def test_answers_are_written_where_asked(referential: Referential, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Énorme"
    check = check_file(write_template(tmp_path / "faute.xlsx", referential, rows), referential)
    places = [tmp_path / f"réponse.{kind}" for kind in ("html", "xlsx", "json")]
    assert sorted(Outputs(*places, one_file=True).write(check)) == sorted(places)
    page, content = places[0].read_text(), json.loads(places[2].read_text())
    assert "E0202" in page and "Non vérifié ici" in page
    assert content["files"] == {"html": "réponse.html", "json": "réponse.json", "xlsx": "réponse.xlsx"}
    assert {rule["rule_code"] for rule in content["not_checked"]} >= {"W0310", "W0311"}
    assert load_workbook(places[1])["Évaluations"]["E3"].comment is not None


def test_answers_to_several_files_go_into_folders(referential: Referential, tmp_path: Path) -> None:
    good = check_file(write_template(tmp_path / "bon.xlsx", referential, submission()), referential)
    unreadable = tmp_path / "photo.xlsx"
    unreadable.write_bytes(b"\xff\xd8\xff\xe0 not a workbook")
    outputs = Outputs(tmp_path / "pages", tmp_path / "classeurs", None, one_file=False)
    written = outputs.write(good) + outputs.write(check_file(unreadable, referential))
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "classeurs/bon.xlsx.xlsx", "pages/bon.xlsx.html", "pages/photo.xlsx.html"
    ]  # fmt: skip


def test_two_files_of_one_name_keep_two_answers(referential: Referential, tmp_path: Path) -> None:
    checks = []
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        checks.append(check_file(write_template(tmp_path / folder / "x.xlsx", referential, submission()), referential))
    outputs = Outputs(None, None, tmp_path / "réponses", one_file=False)
    written = [path.name for check in checks for path in outputs.write(check)]
    assert written == ["x.xlsx.json", "2-x.xlsx.json", "3-x.xlsx.json"]


def test_a_dash_writes_the_answer_to_the_output(
    referential: Referential, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    monkeypatch.chdir(tmp_path)
    write_template(tmp_path / "x.xlsx", referential, submission())
    result = CliRunner().invoke(app, ["check", "x.xlsx", "x.xlsx", "--json", "-", "--home", str(home.root)])
    assert result.exit_code == 0
    assert [json.loads(line)["verdict"] for line in result.stdout.splitlines()] == ["prise", "prise"]
    assert "lignes prises" in result.stderr
    assert not (tmp_path / "-").exists()
    assert CliRunner().invoke(app, ["check", "x.xlsx", "--html", "-", "--home", str(home.root)]).exit_code == 2
