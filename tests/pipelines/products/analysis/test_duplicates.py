"""The pairs of use cases laid beside the analyses: proposed or decided upon, each with what was decided."""

import datetime as dt
from typing import Any

import pytest

from pipelines.products.analysis.duplicates import Nameable, pair_rows
from quality.duplicates.comparison import Labels
from quality.duplicates.decisions import Decision
from quality.duplicates.known import KnownUseCase

LYON, ETIENNE = "690781810-3", "420784878-8"
DAY = dt.date(2026, 11, 1)
LABELS = Labels({"AXE_1": "Innovation médicale", "AXE_6": "Logistique & Opérations"}, {"PREDICTIVE": "Prédictive"})


def known(code: str, label: str, axis: str = "AXE_1") -> KnownUseCase:
    return KnownUseCase(code, label, "", axis, frozenset({"PREDICTIVE"}), "Hospices Civils de Lyon")


USE_CASES = [
    known(ETIENNE, "Repérage des fractures aux urgences"),
    known(LYON, "Aide au repérage des fractures aux urgences"),
    known("CAT-018", "Prévision de rupture de stock", "AXE_6"),
]


def rows(*decisions: Decision) -> dict[tuple[str, str], dict[str, Any]]:
    found = pair_rows(Nameable(USE_CASES, LABELS, {decision.pair: decision for decision in decisions}))
    return {(row["use_case_code"], row["other_code"]): row for row in found.iter_rows(named=True)}


def test_a_pair_that_looks_alike_waits_for_a_decision() -> None:
    [(pair, row)] = rows().items()
    assert pair == (ETIENNE, LYON)
    assert row["likeness"] >= 80
    assert "même axe : Innovation médicale" in row["reasons"]
    assert [row[name] for name in ("decision_code", "decided_by", "decided_on", "decision_reason")] == [None] * 4


@pytest.mark.parametrize("code", ["plus_tard", "meme", "different"])
def test_a_decision_stands_beside_its_pair(code: str) -> None:
    [row] = rows(Decision(ETIENNE, LYON, code, "Coordination", DAY, "Vu ensemble")).values()
    assert (row["decision_code"], row["decided_by"], row["decided_on"]) == (code, "Coordination", DAY)
    assert row["decision_reason"] == "Vu ensemble"


def test_a_pair_decided_upon_stays_when_nothing_proposes_it_or_describes_it_any_more() -> None:
    found = rows(
        Decision("CAT-018", LYON, "different", "Coordination", DAY, "Rien à voir"),
        Decision("380780080-4", LYON, "meme", "Coordination", DAY, "Le même"),
    )
    assert found["CAT-018", LYON]["likeness"] < 55
    assert found["380780080-4", LYON]["use_case_label"] == "(n'est plus décrit dans les envois en vigueur)"


def test_what_is_computed_again_depends_on_the_use_cases_and_what_is_said_of_them_alone() -> None:
    before = Nameable(USE_CASES, LABELS, {})
    same = Nameable(list(USE_CASES), Labels(dict(LABELS.axes), dict(LABELS.functions)), {})
    decision = Decision(ETIENNE, LYON, "plus_tard", "Coordination", DAY, "Vu ensemble")
    assert before.content == same.content
    assert before.content != Nameable(USE_CASES, LABELS, {decision.pair: decision}).content
    assert before.content != Nameable(USE_CASES[:2], LABELS, {}).content
    assert before.content != Nameable(USE_CASES, LABELS, {}, {decision.pair: "CHU : différents"}).content


def test_what_establishments_say_stands_beside_a_pair_that_nothing_proposes_too() -> None:
    said = {("CAT-018", LYON): "CHU de Lyon : différents, le 01/11/2026"}
    found = {row["use_case_code"]: row for row in pair_rows(Nameable(USE_CASES, LABELS, {}, said)).to_dicts()}
    assert found["CAT-018"]["suggestions"] == said["CAT-018", LYON]
    assert found["CAT-018"]["decision_code"] is None and found[ETIENNE]["suggestions"] is None
