"""What makes two use cases look like one, and what the coordinators read about it."""

from __future__ import annotations

import pytest

from quality.duplicates.comparison import PROPOSED_FROM, Labels, compare, score
from quality.duplicates.known import KnownUseCase
from quality.duplicates.proposals import propose
from quality.duplicates.wording import wording
from sources.referential.loader import Referential
from tests.bench.duplicates import exact_name, labelled_pairs, measure, ours, plain_ratio


def use_case(label: str, code: str = "A", need: str = "", axis: str | None = None, *functions: str) -> KnownUseCase:
    return KnownUseCase(code, label, need, axis, frozenset(functions), "CHU")


@pytest.fixture(scope="module")
def labels(referential: Referential) -> Labels:
    return Labels.of(referential)


def test_wordings_share_their_words_whatever_the_hand() -> None:
    one = wording("Réunions de concertation pluridisciplinaire : transcription automatique")
    other = wording("TRANSCRIPTION des RCP")
    assert set(other.words) <= set(one.words)
    assert wording("Équipes soignantes").words == wording("equipe soignant").words


def test_a_word_that_says_how_weighs_less_than_one_that_says_what() -> None:
    words = wording("Outil d'aide au contourage").words
    assert words["outil"] < words["contourag"] == 1


def test_same_names_are_the_most_alike(labels: Labels) -> None:
    found = compare(use_case("Tri des courriers"), use_case("TRI DES COURRIERS", "B"), labels)
    assert found.score == 100
    assert found.reasons == ["même nom, à la casse, aux accents et à la ponctuation près"]


def test_the_measure_has_no_order(labels: Labels) -> None:
    for pair in labelled_pairs():
        assert abs(score(pair.one, pair.other) - score(pair.other, pair.one)) <= 1


def test_axis_and_functions_are_evidence(labels: Labels) -> None:
    name, other = "Lecture des tracés de nuit", "Lecture automatique des tracés"
    agreeing = compare(use_case(name, "A", "", "AXE_1", "PREDICTIVE"), use_case(other, "B", "", "AXE_1", "PREDICTIVE"),
                       labels)  # fmt: skip
    opposed = compare(use_case(name, "A", "", "AXE_1", "PREDICTIVE"), use_case(other, "B", "", "AXE_4", "GENERATIVE"),
                      labels)  # fmt: skip
    assert agreeing.score > score(use_case(name), use_case(other, "B")) > opposed.score
    assert "même axe : Innovation médicale" in agreeing.reasons
    assert "fonctions communes : Prédictive" in agreeing.reasons
    assert "axes différents : Innovation médicale / Administration / Achat / Finance" in opposed.reasons
    assert "aucune fonction commune" in opposed.reasons


def test_the_needs_speak_where_names_say_nothing(labels: Labels) -> None:
    need = "Résumer les courriels et préparer les réponses des cadres"
    found = compare(use_case("Copilote", "A", need), use_case("Assistant de bureau", "B", need), labels)
    assert found.score >= PROPOSED_FROM
    assert any(reason.startswith("besoins proches") for reason in found.reasons)


def test_a_pair_says_the_words_that_each_has_alone(labels: Labels) -> None:
    found = compare(use_case("Dépistage du cancer du sein"), use_case("Dépistage du cancer du poumon", "B"), labels)
    assert "mots propres à chacun : sein / poumon" in found.reasons


def test_labelled_pairs_are_found_better_than_by_either_baseline(labels: Labels) -> None:
    kept_apart = [pair for pair in labelled_pairs() if pair.part == "controle"]
    found = measure(kept_apart, ours(labels))
    assert found.precision >= 0.75
    assert found.recall >= 0.9
    best_ratio = max(measure(kept_apart, plain_ratio(threshold)).f1 for threshold in range(30, 100, 5))
    assert found.f1 > max(best_ratio, measure(kept_apart, exact_name).f1)


def test_looking_for_pairs_among_many_loses_none_that_a_comparison_would_propose(labels: Labels) -> None:
    sides = [
        [KnownUseCase(f"{n:03}{side.code}", side.label, side.need, side.axis_code, side.functions, "") for side in
         (pair.one, pair.other)]
        for n, pair in enumerate(labelled_pairs())
    ]  # fmt: skip
    expected = {(one.code, other.code) for one, other in sides if score(one, other) >= PROPOSED_FROM}
    found = propose([side for pair in sides for side in pair], labels)
    assert expected <= {pair.codes for pair in found}
    assert found == sorted(found, key=lambda pair: -pair.comparison.score)


def test_no_pair_at_all(labels: Labels) -> None:
    assert propose([], labels) == []
    assert propose([use_case("Tri des courriers")], labels) == []
