"""« Vouliez-vous dire … ? » names what was surely meant, and nothing where two labels, or a contrary, were written."""

from __future__ import annotations

import pytest

from quality.reading.values.suggestions import suggester
from sources.referential.loader import Referential
from sources.workbook.template.layout import workbook_layout


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
