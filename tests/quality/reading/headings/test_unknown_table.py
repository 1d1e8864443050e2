"""A text of which no table is recognised is answered with its headings, and those of the nearest sheet."""

from __future__ import annotations

import pytest

from quality.reading.sheets.structure import find_structure
from sources.referential.loader import Referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import workbook_layout


@pytest.mark.parametrize(
    ("headings", "nearest"),
    [
        ("Les évaluateurs;Leurs rôles;Cas d'usages évalués", "Évaluations"),
        ("Nom cas usage;Besoins exprimés;Domaines", "Cas d'usage"),
        ("Indicateurs suivis;Valeur de la cible", "Objectifs"),
    ],
)
def test_its_headings_stand_beside_those_of_the_nearest_sheet(
    headings: str, nearest: str, referential: Referential
) -> None:
    found = find_structure(read_workbook(f"{headings}\na;b;c\n".encode()), workbook_layout(referential))
    [problem] = found.problems
    assert problem.rule_code == "E0107" and f"la feuille « {nearest} »" in (problem.expected or "")
    assert all(f"« {heading} »" in (problem.found or "") for heading in headings.split(";"))


def test_a_table_that_is_like_none_is_asked_for_any(referential: Referential) -> None:
    content = ";".join(f"zzqx{n}" for n in range(9)) + "\n1;2\n"
    found = find_structure(read_workbook(content.encode()), workbook_layout(referential))
    [problem] = found.problems
    assert problem.expected == "les titres de colonnes d'une feuille du modèle"
    assert (problem.found or "").endswith("« zzqx5 » et 3 de plus")
