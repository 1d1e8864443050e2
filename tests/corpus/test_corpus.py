"""Every file of the corpus gets the answer that ``expected.csv`` says: verdict, rows taken, every rule at its cell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from quality.check import check_file
from quality.rules import RULES, Problem
from sources.referential.loader import Referential, load_referential
from tests.corpus.make import FILES
from tests.quality.test_rules import BROKEN

_EXPECTED = Path(__file__).with_name("expected.csv")
_ELSEWHERE = {
    "E0006": "tests/sources/workbook/test_reading.py",
    "E0008": "tests/sources/workbook/test_pool.py",
    "I0416": "tests/quality/test_rules.py",
}
"""Rules triggered by another test: too large for the corpus, or one of several readings of one cell."""


def _expected() -> list[dict[str, str]]:
    with _EXPECTED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


@pytest.fixture(scope="session")
def referential() -> Referential:
    return load_referential()


@pytest.mark.parametrize("case", _expected(), ids=lambda case: case["file"])
def test_each_file_gets_its_answer(case: dict[str, str], referential: Referential) -> None:
    verdict = check_file(FILES / case["file"], referential).verdict
    assert verdict.code == case["verdict"]
    assert sum(count.taken for count in verdict.counts) == int(case["taken"])
    assert sorted(map(_place, verdict.problems)) == sorted(case["problems"].split())
    assert all(count.read == count.taken + count.rejected + count.ignored for count in verdict.counts)


def test_every_file_is_expected_and_there_are_many() -> None:
    names = [case["file"] for case in _expected()]
    assert sorted(names) == sorted(path.name for path in FILES.iterdir())
    assert len(names) >= 60


def test_every_rule_of_the_file_is_triggered_somewhere() -> None:
    here = {place.partition("@")[0] for case in _expected() for place in case["problems"].split()}
    triggered = here | {code for code, _, _ in BROKEN} | set(_ELSEWHERE)
    own = {code for code, rule in RULES.items() if rule.scope == "file" and code[1:3] not in ("05", "06", "07")}
    assert own - triggered == set()


def _place(problem: Problem) -> str:
    """``E0202@Cas_d'usage!D3``: blanks become low lines, so that a case is one line of words."""
    where = f"@{problem.sheet}!{problem.cell or problem.row or ''}".rstrip("!") if problem.sheet else ""
    return f"{problem.rule_code}{where}".replace(" ", "_")
