"""Codes that are none, two codes in one cell, and ends of a project that another status follows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from quality.batch.check import check_file
from quality.rules.rules import Problem
from sources.referential.loader import Referential
from tests.corpus.make import BASE, OWN, put, tables, workbook


def said(content: bytes, referential: Referential, tmp_path: Path) -> list[Problem]:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    return check_file(path, referential).verdict.problems


@pytest.mark.parametrize(
    ("text", "is_none"),
    [("NC", True), ("n.d.", True), ("N.A", True), ("aucun", True), ("AUCUNE", True), ("inconnu", True), ("NSP", True),
     ("MED-01", False), ("NC-01", False), ("1", False), ("IDE", False), ("S1", False)],
)  # fmt: skip
def test_words_that_say_that_there_is_no_code_are_nobody_s_code(
    text: str, is_none: bool, referential: Referential, tmp_path: Path
) -> None:
    """« NC » on two rows would have been one assessor, « aucune » a solution."""
    content = workbook(tables(ev=put(1, 0, text)) | {"Projets": [["Cas d'usage", "Code de la solution"], [OWN, text]]})
    refused = [one for one in said(content, referential, tmp_path) if one.rule_code == "E0208"]
    assert [one.sheet for one in refused] == (["Évaluations", "Projets"] if is_none else [])
    assert not is_none or (refused[1].expected or "").startswith("une cellule vide")


@pytest.mark.parametrize("between", [" ; ", ", ", "/", " et ", "\n"])
def test_two_use_cases_in_one_cell_are_to_be_written_on_two_rows(
    between: str, referential: Referential, tmp_path: Path
) -> None:
    found = said(workbook(tables(ev=put(1, 2, f"{OWN}{between}CAT-001"))), referential, tmp_path)
    [told] = [one for one in found if one.cell == "C2" and one.rule.severity == "erreur"]
    assert f"« {OWN} », puis « CAT-001 » sur une ligne" in (told.expected or "")


@pytest.mark.parametrize("end", ["Date : suspendu", "Date : arrêté", "Date : abandonné"])
@pytest.mark.parametrize(("days_after", "is_told"), [(1, True), (0, False), (-1, False)])
def test_a_status_after_an_end_is_told_for_it_is_the_one_that_counts(
    end: str, days_after: int, is_told: bool, referential: Referential, tmp_path: Path
) -> None:
    ended = dt.date(2026, 3, 1)
    titles = ["Cas d'usage", "Code de la solution", "Date : pilote", end, "Motif de la fin"]
    row = [OWN, "SOL-1", ended + dt.timedelta(days=days_after), ended, "coût"]
    found = said(workbook(BASE | {"Projets": [titles, row]}), referential, tmp_path)
    told = [one for one in found if one.rule_code == "W0304"]
    assert [one.cell for one in told] == (["D2"] if is_told else [])
    assert not is_told or "02/03/2026" in (told[0].expected or "")
