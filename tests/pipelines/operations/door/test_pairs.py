"""An establishment reads the published pairs that it may know, and says what it thinks of them; of no others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from pipelines.operations.door import desk
from quality.duplicates import decisions
from quality.duplicates.decisions import Decision
from quality.duplicates.suggestions import current_suggestions, waiting_suggestions
from sources.home.home import Home
from tests.quality.conftest import GRENOBLE, LYON

OWN, OTHER = f"{LYON}-1", f"{GRENOBLE}-1"
PAIR = (OTHER, OWN)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    publish_pairs(home)
    return home


def publish_pairs(home: Home) -> None:
    """A release of one table: a pair for Lyon, with the columns that the mart has."""
    home.current_release.parent.mkdir(parents=True)
    with duckdb.connect(str(home.current_release)) as release:
        release.execute(
            "create table mart_reader_duplicate_pair as select ? as reader_organisation_code, ? as use_case_code, "
            "'Tri des courriers' as use_case_label, ? as other_code, 'Tri <b>automatique</b>' as other_label, "
            "'CHU Grenoble Alpes' as other_owner_label, 90 as likeness_score, 'En attente' as state_label, "
            "1 as state_rank",
            [LYON, OWN, OTHER],
        )


def asked(home: Home, act: str, establishment: str = LYON, **more: str) -> dict[str, object]:
    said = {"use_case_code": OWN, "other_code": OTHER, "suggestion": "meme", "reason": "", "sent_by": "depot"}
    return desk.answer(home, {"act": act, "establishment": establishment, "account": "depot", **said, **more}, b"")[0]


def test_what_is_suggested_is_shown_beside_its_pair_and_kept_once(home: Home) -> None:
    [pair] = asked(home, "overview")["pairs"]
    assert (pair["use_case_code"], pair["other_owner_label"], pair["suggested"]) == (OWN, "CHU Grenoble Alpes", "")
    for _ in range(2):
        assert asked(home, "suggest", reason="  même\u00a0courrier\n")["status"] == "ok"
    [pair] = asked(home, "overview")["pairs"]
    assert pair["suggested"].startswith("même cas d'usage, le ") and pair["suggested"].endswith("(même courrier)")
    assert len(list((home.archive / "decisions/suggestions").iterdir())) == 1
    assert asked(home, "suggest", use_case_code=OTHER, other_code=OWN, suggestion="different")["status"] == "ok"
    assert [one.decision_code for one in current_suggestions(home)[PAIR]] == ["different"]
    [waiting] = desk.answer(home, {"act": "establishments"}, b"")[0]["suggestions"]
    assert waiting.startswith(f"{OTHER} et {OWN}, Hospices Civils de Lyon : différents")


def test_one_pair_takes_so_many_suggestions_a_day(home: Home) -> None:
    """Would have filled the archive, which nothing leaves, by six records a minute of one account."""
    told = [asked(home, "suggest", reason=f"motif {at}") for at in range(7)]
    assert [one["status"] for one in told] == ["ok"] * 5 + ["refused"] * 2 and "cinq fois" in str(told[-1]["why"])
    assert asked(home, "suggest", reason="motif 4")["status"] == "ok", (
        "what is kept may be said again: it costs nothing"
    )
    assert len(list((home.archive / "decisions/suggestions").iterdir())) == 5
    assert [one.reason for one in current_suggestions(home)[PAIR]] == ["motif 4"]


def test_what_was_decided_against_can_be_said_again(home: Home) -> None:
    """Would have been left out as said already, and no coordinator would have read it."""
    asked(home, "suggest")
    decided = Decision(*PAIR, "different", "Comité", dt.date(2026, 11, 1), "vu")
    decisions.record(home, b"x", "doublons.xlsx", [decided])
    assert waiting_suggestions(home) == []
    asked(home, "suggest")
    assert [one.decision_code for one in waiting_suggestions(home)] == ["meme"]


@pytest.mark.parametrize(
    ("establishment", "changed"),
    [(GRENOBLE, {}), (LYON, {"other_code": "CAT-001"}), (LYON, {"use_case_code": "", "other_code": ""})],
)
def test_nothing_is_suggested_of_a_pair_that_is_none_of_ones_own(
    home: Home, establishment: str, changed: dict[str, str]
) -> None:
    """Would have told, by its answer, which codes another establishment keeps to the GCS."""
    assert asked(home, "suggest", establishment, **changed)["status"] == "missing"
    assert current_suggestions(home) == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"suggestion": "plus_tard"}, "Choisissez"),
        ({"suggestion": ""}, "Choisissez"),
        ({"reason": "x" * 501}, "trop long"),
        ({"reason": "voir jeanne.dupont@chu-exemple.fr"}, "donnée personnelle"),
    ],
)
def test_an_unfit_suggestion_is_refused_in_words(home: Home, changed: dict[str, str], said: str) -> None:
    told = asked(home, "suggest", **changed)
    assert told["status"] == "refused" and said in str(told["why"])
    assert current_suggestions(home) == {}


def test_nothing_published_or_published_without_pairs_has_none(tmp_path: Path) -> None:
    home = Home(tmp_path / "other")
    assert asked(home, "overview")["pairs"] == []
    home.current_release.parent.mkdir(parents=True)
    duckdb.connect(str(home.current_release)).close()
    assert asked(home, "overview")["pairs"] == []


def test_only_who_sees_all_is_told_what_waits(home: Home) -> None:
    asked(home, "suggest")
    assert "suggestions" not in desk.answer(home, {"act": "establishments", "codes": [LYON]}, b"")[0]
