"""Establishments suggest, coordinators decide: a suggestion is kept, shown where one decides, and merges nothing."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from quality.duplicates import decisions, suggestions
from quality.duplicates.decisions import Decision, current_decisions
from quality.duplicates.suggestions import (
    Suggestion,
    current_suggestions,
    record,
    suggestions_in_lake,
    waiting_suggestions,
)
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import Referential
from tests.quality.conftest import GRENOBLE, LYON
from tests.quality.duplicates.test_decisions import PAIR, Drop, exported, known_home, process

__all__ = ["known_home"]

DAY = dt.date(2026, 11, 23)


def suggestion(code: str = LYON, kind: str = "meme", reason: str = "", pair: tuple[str, str] = PAIR) -> Suggestion:
    return Suggestion(code, *pair, kind, reason, DAY)


def test_the_latest_of_each_establishment_counts_and_all_are_kept(home: Home) -> None:
    numbers = [
        record(home, one, "depot-hcl")
        for one in (suggestion(), suggestion(GRENOBLE), suggestion(kind="different", reason="deux organes"))
    ]
    assert numbers == [1, 2, 3]
    latest = [suggestion(GRENOBLE), suggestion(kind="different", reason="deux organes")]
    assert current_suggestions(home) == {PAIR: latest}
    kept = json.loads((home.archive / "decisions/suggestions/000000003.json").read_text())
    content = archive.content_path(home, kept["content_sha256"]).read_text()
    assert kept["sent_by"] == "depot-hcl" and "deux organes" in content
    assert current_decisions(home) == {}, "nothing was decided"


def test_a_suggestion_waits_until_its_pair_is_decided_upon_after_it(home: Home) -> None:
    decision = Decision(*PAIR, "meme", "Comité", DAY, "vu")
    decisions.record(home, b"avant", "doublons.xlsx", [decision])
    record(home, suggestion(kind="different"), "x")
    assert waiting_suggestions(home) == [suggestion(kind="different")]
    decisions.record(home, b"remis", "doublons.xlsx", [replace(decision, decision_code="plus_tard")])
    assert waiting_suggestions(home) == [suggestion(kind="different")], "nothing was decided"
    decisions.record(home, b"apres", "doublons.xlsx", [decision])
    assert waiting_suggestions(home) == []
    record(home, suggestion(GRENOBLE), "x")
    assert waiting_suggestions(home) == [suggestion(GRENOBLE)]


def test_the_lake_holds_them_again_after_it_was_lost(known_home: Home, referential: Referential, drop: Drop) -> None:
    record(known_home, suggestion(reason="même courrier"), "x")
    process(known_home, referential)
    assert suggestions_in_lake(known_home.lake) == current_suggestions(known_home)
    shutil.rmtree(known_home.lake)
    process(known_home, referential)
    assert suggestions_in_lake(known_home.lake) == {PAIR: [suggestion(reason="même courrier")]}


@pytest.mark.parametrize("pair", [PAIR, ("CAT-001", "CAT-002")])
def test_coordinators_read_it_first_where_they_decide(
    known_home: Home, referential: Referential, tmp_path: Path, pair: tuple[str, str]
) -> None:
    """A pair that nothing proposes is shown too, once somebody speaks of it."""
    record(known_home, suggestion(reason="même courrier", pair=pair), "x")
    rows = exported(known_home, referential, tmp_path / "doublons.xlsx")
    assert next(iter(rows)) == pair
    said = "Hospices Civils de Lyon : même cas d'usage, le 23/11/2026 (même courrier)"
    assert (rows[pair]["Avis des établissements"], rows[pair]["Décision"]) == (said, None)


def test_one_line_for_each_establishment(referential: Referential) -> None:
    said = suggestions.said([suggestion(), suggestion(GRENOBLE, "different", "x")], referential.labels("organisations"))
    assert [line.split(" : ")[0] for line in said.splitlines()] == ["Hospices Civils de Lyon", "CHU Grenoble Alpes"]
