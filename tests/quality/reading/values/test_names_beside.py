"""A column of names of one's own beside the codes proves that one of the two was sorted alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quality.batch.check import check_file
from sources.referential.loader import load_referential
from tests.corpus.make import BASE, OWN, workbook

REFERENTIAL = load_referential()
CATALOGUE = REFERENTIAL.labels("use_cases")["CAT-001"]
HEADINGS = ["Code de l'évaluateur", "Rôle", "Cas d'usage", "Nom du cas d'usage", "IMP_1_1"]


def told(tmp_path: Path, *names: Any) -> list[tuple[str | None, str | None]]:
    rows = [["MED-01", "Médecin", OWN, names[0], "Fort"], ["DSI-01", "DSI", "CAT-001", names[1], "Faible"]]
    (tmp_path / "a.xlsx").write_bytes(workbook(BASE | {"Évaluations": [HEADINGS, *rows]}))
    problems = check_file(tmp_path / "a.xlsx", REFERENTIAL).verdict.problems
    return [(each.cell, each.found) for each in problems if each.rule_code == "W0378"]


def test_names_that_were_sorted_alone_are_told_row_by_row(tmp_path: Path) -> None:
    own = "Tri des courriers reçus"
    assert told(tmp_path, CATALOGUE, own) == [("D2", CATALOGUE), ("D3", own)]


@pytest.mark.parametrize(
    "names", [("Tri des courriers reçus", CATALOGUE), ("tri des courriers  recus", None), ("Tri", "À revoir")]
)
def test_names_that_go_with_their_codes_or_are_nobodys_say_nothing(tmp_path: Path, names: tuple[Any, Any]) -> None:
    assert told(tmp_path, *names) == []
