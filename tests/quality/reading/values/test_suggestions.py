"""« Vouliez-vous dire … ? » names what was surely meant, and nothing where two labels, or a contrary, were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.batch.check import check_file
from quality.reading.values.suggestions import suggester
from sources.referential.loader import Referential
from sources.workbook.template.layout import workbook_layout
from tests.corpus.make import put, tables, workbook


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("Très fort", "Fort"),
        ("Fort, car très utile", "Fort"),
        ("moyn", "Moyen"),
        ("M", "Moyen"),
        ("NSP", "Non évalué"),
        ("-", "Non évalué"),
        ("F", None),
        ("Fort/Moyen", None),
        ("Moyen → Fort", None),
        ("Faible (Moyen en été)", None),
        ("Pas Fort", None),
        ("≠ Fort", None),
        ("non", None),
        ("✓", None),
        ('"', None),
        ("û", None),
    ],
)
def test_only_what_was_surely_meant_is_suggested(written: str, suggested: str | None, referential: Referential) -> None:
    question = workbook_layout(referential)[-1].column("IMP_1_1")
    assert suggester(referential)(question, written) == suggested


def test_what_is_a_part_of_another_label_is_not_a_second_one(referential: Referential) -> None:
    question = workbook_layout(referential)[-1].column("IMP_1_4")
    assert suggester(referential)(question, "Plutôt non conforme") == "Non conforme"


@pytest.mark.parametrize(
    ("text", "is_none"),
    [("NC", True), ("n/a", True), ("s.o.", True), ("Non connu", True), ("à définir", True), ("-", True), ("?", True),
     ("douze", False), ("12 ETP", False), ("-5", False)],
)  # fmt: skip
@pytest.mark.parametrize(("table", "row", "column"), [("uc", 1, 5), ("ev", 1, 3)])
def test_what_says_no_answer_where_a_number_or_a_day_is_asked_is_to_be_left_out(
    table: str, row: int, column: int, text: str, is_none: bool, referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(tables(**{table: put(row, column, text)})))
    [problem] = [one for one in check_file(path, referential).verdict.problems if one.rule_code in ("E0203", "E0205")]
    assert str(problem.expected).startswith("une cellule vide") is is_none
