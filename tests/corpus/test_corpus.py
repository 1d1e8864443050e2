"""Every file of the corpus gets the answer that ``expected.csv`` says: verdict, rows taken, every rule at its cell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from quality.batch.check import check_file
from quality.rules.rules import RULES, Problem
from sources.referential.loader import Referential, load_referential
from tests.corpus.make import FILES
from tests.quality.rules.test_rules import BROKEN

_EXPECTED = Path(__file__).with_name("expected.csv")
_ELSEWHERE = {
    "E0006": "tests/sources/workbook/test_reading.py",
    "E0008": "tests/sources/workbook/test_pool.py",
    "E0020": "tests/attempts/test_file.py",
    "E0292": "tests/quality/reading/sheets/test_set_apart.py",
    "E0247": "tests/sources/workbook/test_written_twice.py",
    "I0416": "tests/quality/rules/test_rules.py",
    "I0495": "tests/quality/reading/grids/test_both_layouts.py",
    **dict.fromkeys(("W0394", "W0395", "W0396"), "tests/quality/reading/sheets/test_looks.py"),
    **dict.fromkeys(("E0370", "E0371"), "tests/quality/checks/test_repeated_rows.py"),
    **dict.fromkeys(("I0470", "W0371", "W0372"), "tests/quality/reading/sheets/test_greyed_rows.py"),
    "E0395": "tests/quality/reading/sheets/test_set_apart.py",
    "W0397": "tests/quality/reading/headings/test_heading_meaning.py",
    "W0378": "tests/quality/reading/values/test_names_beside.py",
    "W0376": "tests/quality/checks/test_series_checks.py",
    **dict.fromkeys(("I0423", "I0424"), "tests/quality/reading/sheets/test_notes.py"),
    "I0422": "tests/quality/reading/sheets/test_service_sheets.py",
    **dict.fromkeys(("E0140", "E0141", "E0245", "I0445"), "tests/quality/reading/envelopes/test_csv_envelope.py"),
    **dict.fromkeys(("E0142", "W0335"), "tests/quality/reading/envelopes/test_other_senders.py"),
    "I0480": "tests/quality/reading/envelopes/test_csv_parts.py",
    "W0380": "tests/quality/reading/test_misread_cells.py",
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
