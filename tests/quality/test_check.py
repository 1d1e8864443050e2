"""Checking a file where it stands: exit codes, words, and what is not checked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from quality.check import check_file
from quality.validation import RuleBugError
from sources.referential.loader import Referential
from sources.workbook.template import write_template
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
        "import sys, quality.check;"
        "print(sorted(m for m in ('dagster', 'dbt', 'superset', 'duckdb') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_bug_in_a_check_is_never_reported_as_bad_data(
    referential: Referential, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars as pl

    from quality import row_checks
    from quality.row_checks import CellCheck

    monkeypatch.setitem(
        row_checks._ROW_CHECKS,
        "cas_usage",
        lambda _: [CellCheck("nom", "E0201", pl.col("column_that_is_not_there") > 0)],
    )
    path = write_template(tmp_path / "bon.xlsx", referential, submission())
    with pytest.raises(RuleBugError, match="E0201"):
        check_file(path, referential)
