"""Workbooks of decisions through the real intake: taken from the coordinators, judged row by row, answered."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from quality.batch.batch import process
from quality.batch.check import check_file
from sources.archive import archive
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.template.decisions_template import write_decisions_template

MARCH = dt.date(2026, 3, 10)
WHOLE: dict[str, Any] = {
    "cas_usage": "CAT-001", "nom": "Rappel", "calcule": "Victoires rapides", "perimetre": "GCS (membres)",
    "date_comite": MARCH, "decision": "Retenu", "motif": "Gain prouvé", "role": "Direction",
}  # fmt: skip


def drop(home: Home, referential: Referential, rows: list[dict[str, Any]], folder: str = COORDINATORS_FOLDER) -> str:
    """Drop a workbook with these rows, take it in, and return the verdict on it."""
    path = home.intake / folder / "decisions.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_decisions_template(path, referential, rows)
    return take(home, referential)


def take(home: Home, referential: Referential) -> str:
    archive.receive(home)
    process(home, referential)
    return str(lake.read(home.lake, "receptions").sort("reception_number")["verdict_code"][-1])


def problems(home: Home) -> list[tuple[str, str | None]]:
    newest = archive.reception_numbers(home)[-1]
    rows = lake.read(home.lake, "problems")
    return list(rows.filter(rows["reception_number"] == newest).select("rule_code", "cell").iter_rows())


def test_a_decision_is_taken_and_the_rows_where_nothing_is_decided_are_left_out(
    home: Home, referential: Referential
) -> None:
    undecided = {name: WHOLE[name] for name in ("nom", "calcule", "perimetre")} | {"cas_usage": "CAT-002"}
    assert drop(home, referential, [WHOLE, undecided]) == "prise"
    [row] = lake.read(home.lake, "decisions").rows(named=True)
    assert row == {
        "reception_number": 1, "sheet": "Décisions", "row_number": 3, "use_case_code": "CAT-001",
        "perimeter_code": "gcs", "committee_on": MARCH, "outcome_code": "retenu", "reason": "Gain prouvé",
        "decider_role_code": "direction", "next_review_on": None, "is_withdrawal": False, "cell": "F3",
    }  # fmt: skip
    counts = lake.read(home.lake, "sheet_counts").rows(named=True)[0]
    assert (counts["read_count"], counts["taken_count"], counts["ignored_count"]) == (2, 1, 1)
    receipts = list(home.receipts.glob(f"{COORDINATORS_FOLDER}/*.json"))
    assert [json.loads(path.read_text())["verdict"] for path in receipts] == ["prise"]


@pytest.mark.parametrize(
    ("rule", "cell", "change"),
    [
        ("E0202", "D3", {"perimetre": "Ailleurs"}),
        ("E0202", "F3", {"decision": "Peut-être"}),
        ("E0205", "E3", {"date_comite": "printemps"}),
        ("E0209", "A3", {"cas_usage": "Détection de lésions"}),
        ("E0702", "F3", {"decision": None}),
        ("E0702", "G3", {"motif": None}),
        ("E0702", "H3", {"role": None}),
        ("E0704", "I3", {"prochaine_revue": MARCH}),
        ("W0702", "I3", {"decision": "Reporté"}),
        ("W0701", None, {"cas_usage": "690781810-7"}),
    ],
)
def test_a_broken_rule_is_told_at_its_cell(
    home: Home, referential: Referential, rule: str, cell: str | None, change: dict[str, Any]
) -> None:
    verdict = drop(home, referential, [WHOLE | change, WHOLE | {"cas_usage": "CAT-003"}])
    assert (rule, cell) in problems(home)
    is_rejected = rule.startswith("E")
    assert verdict == ("partielle" if is_rejected else "prise")
    assert lake.read(home.lake, "decisions").height == (1 if is_rejected else 2)


def test_the_same_decision_twice_in_a_workbook_is_neither(home: Home, referential: Referential) -> None:
    other = WHOLE | {"decision": "Écarté"}
    assert drop(home, referential, [WHOLE, other, WHOLE | {"cas_usage": "CAT-003"}]) == "partielle"
    assert [rule for rule, _ in problems(home)] == ["E0703", "E0703"]
    assert lake.read(home.lake, "decisions")["use_case_code"].to_list() == ["CAT-003"]


def test_a_withdrawal_needs_its_key_only(home: Home, referential: Referential) -> None:
    row = {name: WHOLE[name] for name in ("cas_usage", "perimetre", "date_comite")} | {"retrait": "oui"}
    assert drop(home, referential, [row]) == "prise"
    assert lake.read(home.lake, "decisions")["is_withdrawal"].to_list() == [True]


def test_an_establishment_decides_nothing(home: Home, referential: Referential) -> None:
    assert drop(home, referential, [WHOLE], folder="690781810") == "refusee"
    assert problems(home) == [("E0701", None)]
    assert lake.read(home.lake, "decisions").is_empty()


def test_the_same_bytes_again_change_nothing_unless_something_came_between(
    home: Home, referential: Referential, tmp_path: Path
) -> None:
    assert drop(home, referential, [WHOLE]) == "prise"
    first = archive.content_path(home, archive.reception(home, 1).content_sha256)
    shutil.copy(first, home.intake / COORDINATORS_FOLDER / "encore.xlsx")
    assert take(home, referential) == "sans_changement"
    assert drop(home, referential, [WHOLE | {"decision": "Écarté"}]) == "prise"
    shutil.copy(first, home.intake / COORDINATORS_FOLDER / "retour.xlsx")
    assert take(home, referential) == "prise"


def test_a_use_case_described_by_an_earlier_file_is_known(home: Home, referential: Referential) -> None:
    drop(home, referential, [WHOLE])
    row = {"reception_number": 1, "sheet": "Cas d'usage", "row_number": 3, "use_case_code": "690781810-7"}
    schema = lake.LAKE_TABLES["use_cases"]
    full = pl.DataFrame([{name: row.get(name) for name in schema}], schema=schema)
    lake.write(home.lake, "use_cases", "r000000001-000000001", full)
    drop(home, referential, [WHOLE | {"cas_usage": "690781810-7"}])
    assert problems(home) == []


def test_checking_where_the_file_stands_says_the_same(referential: Referential, tmp_path: Path) -> None:
    path = write_decisions_template(tmp_path / "decisions.xlsx", referential, [WHOLE | {"motif": None}, WHOLE])
    outcome = check_file(path, referential)
    assert outcome.exit_code == 1
    assert "E0703" in [problem.rule_code for problem in outcome.verdict.problems]
