"""What a file sent again takes away: rows that are gone are named, a great loss waits to be confirmed."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.batch.batch import process
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import CAMPAIGN, LYON, Rows

ASSESSORS = ("MED-01", "MED-02", "DSI-01", "CAD-01")
OWN = f"{LYON}-1"


def assessment(assessor: str, use_case: str = OWN) -> dict[str, Any]:
    return {"evaluateur": assessor, "role": "Médecin", "cas_usage": use_case, "IMP_1_1": "Fort"}


def workbook(assessments: list[dict[str, Any]], **envelope: str) -> Rows:
    return {
        "etablissement": [{"organisation": LYON, "campagne": CAMPAIGN, **envelope}],
        "cas_usage": [
            {"cas_usage": OWN, "nom": "Tri des courriers", "besoin": "Lire moins", "fonctions": "Générative"}
        ],
        "evaluations": assessments,
    }


class Establishment:
    """One that sends its files one after another, each received and judged before the next."""

    def __init__(self, home: Home, referential: Referential) -> None:
        self.home, self._referential, self._sent = home, referential, 0

    def lay(self, rows: Rows | str) -> None:
        self._sent += 1
        folder = self.home.intake / LYON
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(rows, str):
            (folder / f"{self._sent}.csv").write_text(rows)
        else:
            write_template(folder / f"{self._sent}.xlsx", self._referential, rows)
        archive.receive(self.home)

    def send(self, rows: Rows | str) -> dict[str, Any]:
        self.lay(rows)
        process(self.home, self._referential)
        return self.answers()[-1]

    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted((self.home.receipts / LYON).glob("*.json"))]

    def counting(self) -> set[tuple[str, str]]:
        """Assessor × use case of what counts now: the latest submission of each key."""
        latest = lake.read(self.home.lake, "submissions").sort("reception_number").group_by("submission_key").last()
        kept = lake.read(self.home.lake, "assessments").join(latest, on="reception_number", how="semi")
        return set(kept.select("assessor_code", "use_case_code").iter_rows())


@pytest.fixture
def lyon(home: Home, referential: Referential) -> Establishment:
    return Establishment(home, referential)


def gone(answer: dict[str, Any]) -> list[str]:
    return [problem["found"] for problem in answer["problems"] if problem["rule_code"] == "W0370"]


def codes(answer: dict[str, Any]) -> set[str]:
    return {problem["rule_code"] for problem in answer["problems"]}


def test_each_row_that_is_gone_is_named_sheet_by_sheet(lyon: Establishment) -> None:
    everything = workbook([assessment(each) for each in ASSESSORS])
    everything["objectifs"] = [{"cas_usage": OWN, "indicateur": "Délai (minutes)", "cible": 45}]
    everything["solutions"] = [{"solution": "SOL-01", "nom": "Lecture"}]
    everything["projets"] = [{"cas_usage": OWN, "solution": "SOL-01", "date_poc": "13/01/2025"}]
    lyon.send(everything)
    answer = lyon.send(workbook([assessment(each) for each in ASSESSORS[1:]]) | {"cas_usage": []})
    assert answer["verdict"] == "prise"
    named = [(p["sheet"], p["found"]) for p in answer["problems"] if p["rule_code"] == "W0370"]
    assert named == [
        ("Cas d'usage", f"{OWN}, Tri des courriers (ligne 3 de la réception n° 1)"),
        ("Objectifs", f"{OWN}, Délai (minutes) (ligne 3 de la réception n° 1)"),
        ("Solutions", "SOL-01 (ligne 3 de la réception n° 1)"),
        ("Projets", f"{OWN}, SOL-01 (ligne 3 de la réception n° 1)"),
        ("Évaluations", f"MED-01, {OWN} (ligne 3 de la réception n° 1)"),
    ]
    assert "5 lignes de l'envoi précédent n'y sont plus" in answer["summary"]


def emptied(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(p["sheet"], p["column"], p["found"]) for p in answer["problems"] if p["rule_code"] == "W0373"]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_column_that_was_emptied_is_named_with_how_much_it_lost(lyon: Establishment, at_once: bool) -> None:
    """A column cleared or deleted, in a workbook whose rows are all there: « Pris. Merci », and the answers gone."""
    everything = workbook([assessment(each) | {"EFF_1_1": "Fort"} for each in ASSESSORS])
    everything["cas_usage"][0]["cout_eur"] = 45000
    changed = workbook([assessment(each) for each in ASSESSORS])
    changed["evaluations"][0]["EFF_1_1"] = "Faible"
    changed["evaluations"].insert(0, assessment("INF-01") | {"EFF_1_1": "Fort"})
    if at_once:
        lyon.lay(everything)
    else:
        assert emptied(lyon.send(everything)) == []
    answer = lyon.send(changed)
    assert answer["verdict"] == "prise"
    assert [(sheet, found) for sheet, _, found in emptied(answer)] == [
        ("Cas d'usage", "1 valeur sur 1 de la réception n° 1 n'y est plus"),
        ("Évaluations", "3 valeurs sur 4 de la réception n° 1 n'y sont plus"),
    ]
    assert emptied(answer)[0][1] == "Coût estimé (€)"


def test_values_changed_moved_or_refused_and_rows_gone_are_no_column_emptied(lyon: Establishment) -> None:
    lyon.send(workbook([assessment(each) for each in ASSESSORS]))
    moved = [assessment(each) for each in reversed(ASSESSORS[1:])]
    moved[0]["IMP_1_1"], moved[1]["IMP_1_1"] = "Énorme", "Faible"
    assert emptied(lyon.send(workbook(moved))) == []


def test_a_great_loss_waits_and_the_earlier_file_stays(lyon: Establishment) -> None:
    lyon.send(workbook([assessment(each) for each in ASSESSORS]))
    before = lyon.counting()
    answer = lyon.send(workbook([assessment("MED-01")]))
    assert (answer["verdict"], answer["verdict_label"]) == ("en_attente", "En attente de confirmation")
    assert "Remplacement" in answer["summary"]
    assert len(gone(answer)) == 3
    assert lyon.counting() == before
    assert all(sheet["taken"] == 0 for sheet in answer["sheets"])
    again = lyon.send(workbook([assessment("MED-01")], remplacement="oui"))
    assert again["verdict"] == "prise"
    assert lyon.counting() == {("MED-01", OWN)}
    assert len(gone(again)) == 3


def test_a_complete_file_ends_the_waiting(lyon: Establishment) -> None:
    lyon.send(workbook([assessment(each) for each in ASSESSORS]))
    lyon.send(workbook([assessment("MED-01")]))
    answer = lyon.send(workbook([assessment(each) for each in (*ASSESSORS, "INF-01")]))
    assert (answer["verdict"], gone(answer)) == ("prise", [])
    assert len(lyon.counting()) == 5


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (1, 0, "prise"),
        (2, 1, "prise"),
        (2, 0, "en_attente"),
        (3, 2, "prise"),
        (3, 1, "en_attente"),
        (4, 3, "prise"),
    ],
)
def test_one_assessment_gone_holds_nothing_however_few_there_were(
    lyon: Establishment, before: int, after: int, verdict: str
) -> None:
    lyon.send(workbook([assessment(each) for each in ASSESSORS[:before]]))
    answer = lyon.send(workbook([assessment(each) for each in ASSESSORS[:after]]))
    assert answer["verdict"] == verdict
    assert len(gone(answer)) == before - after


def test_a_project_that_gets_its_solution_is_not_gone(lyon: Establishment) -> None:
    def rows(*solutions: str | None) -> Rows:
        projects = [{"cas_usage": OWN, "solution": one, "date_poc": "2026-01-05"} for one in solutions]
        return workbook([assessment("MED-01")]) | {"projets": projects}

    assert not gone(lyon.send(rows(None)))
    assert not gone(lyon.send(rows("SOL-01")))
    assert not gone(lyon.send(rows("SOL-01", None)))
    assert gone(lyon.send(rows("SOL-01")))  # the one without was another, and nothing new stands for it


def test_a_row_that_is_there_and_rejected_is_not_gone(lyon: Establishment) -> None:
    lyon.send(workbook([assessment(each) for each in ASSESSORS]))
    wrong = [assessment(each) | {"IMP_1_1": "Énorme"} for each in ASSESSORS[1:]]
    answer = lyon.send(workbook([assessment("MED-01"), *wrong]))
    assert (answer["verdict"], gone(answer)) == ("partielle", [])
    assert "W0311" in codes(answer)


def test_rows_that_count_in_another_dossier_are_not_lost(lyon: Establishment) -> None:
    lyon.send(workbook([assessment(each) for each in ASSESSORS]))
    lyon.send(workbook([assessment(each) for each in ASSESSORS[1:]], dossier="blocs"))
    answer = lyon.send(workbook([assessment("MED-01")]))
    assert (answer["verdict"], gone(answer)) == ("prise", [])
    assert len(lyon.counting()) == 4


def test_a_withdrawal_and_what_follows_it_are_no_loss(lyon: Establishment) -> None:
    lyon.send(workbook([assessment(each) for each in ASSESSORS]))
    assert codes(lyon.send(workbook([], retrait="oui"))).isdisjoint({"W0370", "E0170"})
    assert lyon.send(workbook([assessment("MED-01")]))["verdict"] == "prise"


CSV_HEAD = "evaluateur;role;cas_usage;IMP_1_1;campagne"


def csv(*assessors: str, more: str = "", said: str = "") -> str:
    rows = [f"{each};Médecin;CAT-001;Fort;{CAMPAIGN}{said and ';' + said}" for each in assessors]
    return "\n".join([CSV_HEAD + (more and ";" + more), *rows]) + "\n"


def test_a_csv_without_dossier_does_not_take_the_place_of_somebody_elses(lyon: Establishment) -> None:
    lyon.send(csv("MED-01", "MED-02"))
    refused = lyon.send(csv("DSI-01", "DSI-02"))
    assert refused["verdict"] == "refusee"
    assert "E0171" in codes(refused)
    assert "dossier" in refused["summary"]
    assert {assessor for assessor, _ in lyon.counting()} == {"MED-01", "MED-02"}
    assert lyon.send(csv("DSI-01", "DSI-02", more="dossier", said="dsi"))["verdict"] == "prise"
    assert len(lyon.counting()) == 4
    assert lyon.send(csv("CAD-01", more="remplacement", said="oui"))["verdict"] == "prise"
    assert {assessor for assessor, _ in lyon.counting()} == {"CAD-01", "DSI-01", "DSI-02"}


SENDINGS = st.lists(
    st.tuples(st.sets(st.sampled_from(ASSESSORS)), st.booleans(), st.sampled_from(["", "oui"])),
    min_size=2,
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=SENDINGS)
def test_whatever_counted_and_counts_no_more_is_named(
    history: list[tuple[set[str], bool, str]], referential: Referential, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lyon = Establishment(Home(tmp_path_factory.mktemp("home") / "home"), referential)
    at_once = Establishment(Home(tmp_path_factory.mktemp("home") / "home"), referential)
    for assessors, is_twice, confirmed in history:
        cases = (OWN, "CAT-001") if is_twice else (OWN,)
        rows = workbook([assessment(a, case) for a in sorted(assessors) for case in cases], remplacement=confirmed)
        before = lyon.counting()
        answer = lyon.send(rows)
        at_once.lay(rows)
        lost = before - lyon.counting()
        named = " ".join(gone(answer))
        assert all(f"{assessor}, {case} (" in named for assessor, case in lost)
        kept = before - lost
        assert len(lost) <= 1 or 3 * len(kept) >= 2 * len(before) or confirmed or answer["verdict"] == "sans_changement"
    process(at_once.home, referential)
    verdicts = [answer["verdict"] for answer in lyon.answers()]
    assert [answer["verdict"] for answer in at_once.answers()] == verdicts
    assert at_once.counting() == lyon.counting()
    written = [lake.read(each.home.lake, "problems").drop("found_text") for each in (lyon, at_once)]
    assert written[0].sort(pl.all()).equals(written[1].sort(pl.all()))
