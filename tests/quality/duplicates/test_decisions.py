"""Coordinators decide in a workbook; decisions are data that hold, and that a later one replaces."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from quality.batch import batch
from quality.duplicates.applying import DecisionsError, apply_decisions
from quality.duplicates.decisions import Decision, current_decisions, decisions_in_lake
from quality.duplicates.known import CATALOGUE, known_use_cases
from quality.duplicates.workbook import PAIRS_SHEET, export_pairs
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from tests.quality.conftest import GRENOBLE, LYON, submission

TODAY = dt.date(2026, 11, 23)
OWN, OTHER = f"{LYON}-1", f"{GRENOBLE}-1"
PAIR = (OTHER, OWN)

Drop = Callable[..., Path]
Cells = dict[str, Any]


@pytest.fixture
def known_home(home: Home, referential: Referential, drop: Drop) -> Home:
    """Lyon and Grenoble name one thing in two ways."""
    drop(submission())
    rows = submission(GRENOBLE)
    rows["cas_usage"][1]["nom"] = "Tri automatique des courriers"
    drop(rows, folder=GRENOBLE)
    process(home, referential)
    return home


def process(home: Home, referential: Referential) -> None:
    archive.receive(home)
    batch.process(home, referential)


def decide(path: Path, pair: tuple[str, str] = PAIR, **cells: Any) -> Path:
    """Fill the decision cells of the row of a pair, as a coordinator does; a pair not proposed gets a free row."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[PAIRS_SHEET]
    position = {cell.value: cell.column for cell in sheet[1]}
    found = [
        r
        for r in range(2, sheet.max_row + 1)
        if {sheet.cell(r, position["Code A"]).value, sheet.cell(r, position["Code B"]).value} == set(pair)
    ]
    row = found[0] if found else sheet.max_row + 1
    for heading, value in ({"Code A": pair[0], "Code B": pair[1]} | cells).items():
        sheet.cell(row, position[heading]).value = value
    workbook.save(path)
    return path


def decision_cells(decision: str, by: str = "Comité du GCS", reason: str = "Même courrier") -> Cells:
    return {"Décision": decision, "Décidé par": by, "Motif": reason}


def exported(home: Home, referential: Referential, path: Path) -> dict[tuple[str, str], Cells]:
    export_pairs(path, home, referential)
    rows = openpyxl.load_workbook(path)[PAIRS_SHEET].iter_rows(values_only=True)
    headings = next(rows)
    listed = [dict(zip(headings, row, strict=True)) for row in rows]
    return {(row["Code A"], row["Code B"]): row for row in listed}


def test_known_use_cases_are_the_catalogue_and_what_counts_now(known_home: Home, referential: Referential) -> None:
    known = {use_case.code: use_case for use_case in known_use_cases(known_home.lake, referential)}
    assert known["CAT-001"].owner == CATALOGUE
    assert known[OWN].label == "Tri des courriers"
    assert known[OWN].functions == {"GENERATIVE"}
    assert known[OTHER].owner == "CHU Grenoble Alpes"


def test_a_corrected_file_is_known_by_its_latest_description(
    known_home: Home, referential: Referential, drop: Drop
) -> None:
    rows = submission()
    del rows["cas_usage"][1]
    rows["evaluations"] = rows["evaluations"][:1]
    drop(rows, "corrigé.xlsx")
    process(known_home, referential)
    assert OWN not in {use_case.code for use_case in known_use_cases(known_home.lake, referential)}


def test_pairs_are_proposed_with_their_reasons_and_nothing_decided(
    known_home: Home, referential: Referential, tmp_path: Path
) -> None:
    rows = exported(known_home, referential, tmp_path / "doublons.xlsx")
    row = rows[PAIR]
    assert row["Décision"] is None
    assert row["Ressemblance (sur 100)"] >= 80
    assert "mots communs aux deux noms" in row["Raisons de la proposition"]
    assert (row["Cas d'usage A"], row["Vient de (B)"]) == ("Tri automatique des courriers", "Hospices Civils de Lyon")
    assert current_decisions(known_home) == {}


def test_the_list_of_decisions_drops_down(known_home: Home, referential: Referential, tmp_path: Path) -> None:
    export_pairs(tmp_path / "doublons.xlsx", known_home, referential)
    sheet = openpyxl.load_workbook(tmp_path / "doublons.xlsx")[PAIRS_SHEET]
    [validation] = sheet.data_validations.dataValidation
    assert validation.formula1 == '"même cas d\'usage,différents,plus tard"'


def test_a_decision_is_archived_then_laid_in_the_lake(
    known_home: Home, referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    decide(path, **decision_cells("même cas d'usage"))
    report = apply_decisions(path, known_home, referential, TODAY)
    expected = Decision(*PAIR, "meme", "Comité du GCS", TODAY, "Même courrier")
    assert (report.taken, report.problems, report.number) == ([expected], [], 1)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert archive.content_path(known_home, sha256).read_bytes() == path.read_bytes()
    event = json.loads((known_home.archive / "decisions/duplicates/000000001.json").read_text())
    assert (event["content_sha256"], event["after_reception"]) == (sha256, 2)
    assert lake.read(known_home.lake, "duplicate_decisions").rows() == [
        (1, *PAIR, "meme", "Comité du GCS", TODAY, "Même courrier")
    ]


def test_decisions_come_back_prefilled_and_applying_them_again_changes_nothing(
    known_home: Home, referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    apply_decisions(decide(path, **decision_cells("même cas d'usage")), known_home, referential, TODAY)
    again = apply_decisions(path, known_home, referential, TODAY + dt.timedelta(days=1))
    assert (again.taken, again.unchanged_count, again.number) == ([], 1, None)
    row = exported(known_home, referential, path)[PAIR]
    assert (row["Décision"], row["Décidé par"], row["Date de la décision"].date(), row["Motif"]) == (
        "même cas d'usage", "Comité du GCS", TODAY, "Même courrier",
    )  # fmt: skip
    assert apply_decisions(path, known_home, referential).number is None


def test_a_later_decision_replaces_the_earlier_one_and_both_are_kept(
    known_home: Home, referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    apply_decisions(decide(path, **decision_cells("même cas d'usage")), known_home, referential, TODAY)
    apply_decisions(decide(path, **decision_cells("différents", reason="Vu sur place")), known_home, referential, TODAY)
    assert current_decisions(known_home)[PAIR].decision_code == "different"
    assert decisions_in_lake(known_home.lake) == current_decisions(known_home)
    assert lake.read(known_home.lake, "duplicate_decisions")["decision_code"].to_list() == ["meme", "different"]
    assert PAIR in exported(known_home, referential, path)


def test_decisions_hold_when_the_lake_is_made_again(
    known_home: Home, referential: Referential, tmp_path: Path, drop: Drop
) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    apply_decisions(decide(path, **decision_cells("même cas d'usage")), known_home, referential, TODAY)
    before = lake.read(known_home.lake, "duplicate_decisions")
    shutil.rmtree(known_home.lake)
    drop(submission(), "encore.xlsx")
    process(known_home, referential)
    assert lake.read(known_home.lake, "duplicate_decisions").equals(before)


def test_a_pair_that_nobody_proposed_can_be_decided(known_home: Home, referential: Referential, tmp_path: Path) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    decide(path, ("CAT-010", OWN), **decision_cells("différents"))
    assert apply_decisions(path, known_home, referential, TODAY).taken[0].pair == (OWN, "CAT-010")
    assert (OWN, "CAT-010") in exported(known_home, referential, path)


@pytest.mark.parametrize(
    ("pair", "cells", "said"),
    [
        (PAIR, decision_cells("fusionner"), "décision inconnue"),
        (PAIR, decision_cells("différents", by=""), "« Décidé par » est vide"),
        (PAIR, decision_cells("différents", reason=""), "« Motif » est vide"),
        (PAIR, decision_cells("différents") | {"Date de la décision": "hier"}, "la date n'est pas comprise"),
        ((OWN, "CAT-999"), decision_cells("différents"), "code inconnu du catalogue et des envois en vigueur"),
        ((OWN, OWN), decision_cells("différents"), "il faut deux codes"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_the_others_are_taken(
    known_home: Home, referential: Referential, tmp_path: Path, pair: tuple[str, str], cells: Cells, said: str
) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    decide(path, ("CAT-001", "CAT-002"), **decision_cells("différents"))
    report = apply_decisions(decide(path, pair, **cells), known_home, referential, TODAY)
    assert [decision.pair for decision in report.taken] == [("CAT-001", "CAT-002")]
    assert [said in str(problem) for problem in report.problems] == [True]


def test_one_pair_decided_two_ways_is_left_undecided(
    known_home: Home, referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    decide(path, **decision_cells("différents"))
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[PAIRS_SHEET]
    position = {cell.value: cell.column for cell in sheet[1]}
    row = sheet.max_row + 1
    for heading, value in ({"Code A": OWN, "Code B": OTHER} | decision_cells("même cas d'usage")).items():
        sheet.cell(row, position[heading]).value = value
    workbook.save(path)
    report = apply_decisions(path, known_home, referential, TODAY)
    assert report.taken == []
    assert len(report.problems) == 2


def test_decisions_that_contradict_each_other_are_said(
    known_home: Home, referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "doublons.xlsx"
    export_pairs(path, known_home, referential)
    decide(path, (OWN, "CAT-010"), **decision_cells("même cas d'usage"))
    decide(path, (OTHER, "CAT-010"), **decision_cells("même cas d'usage"))
    decide(path, PAIR, **decision_cells("différents"))
    report = apply_decisions(path, known_home, referential, TODAY)
    assert len(report.taken) == 3
    [warning] = report.warnings
    assert OWN in warning and OTHER in warning


def test_another_workbook_is_refused_and_archived_all_the_same(
    home: Home, referential: Referential, drop: Drop
) -> None:
    path = drop(submission())
    with pytest.raises(DecisionsError, match="duplicates export"):
        apply_decisions(path, home, referential)
    assert archive.content_path(home, hashlib.sha256(path.read_bytes()).hexdigest()).exists()


def test_what_is_no_file_is_refused_unread(home: Home, referential: Referential, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "décisions.xlsx")
    for path in (pipe, tmp_path):
        with pytest.raises(DecisionsError, match="ce n'est pas un fichier"):
            apply_decisions(path, home, referential)


def test_texts_are_never_formulas(home: Home, referential: Referential, tmp_path: Path, drop: Drop) -> None:
    rows = submission()
    rows["cas_usage"][1]["nom"] = '=HYPERLINK("http://exemple","Analyse de cohortes")'
    drop(rows)
    process(home, referential)
    export_pairs(tmp_path / "doublons.xlsx", home, referential)
    sheet = openpyxl.load_workbook(tmp_path / "doublons.xlsx")[PAIRS_SHEET]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
