"""What an establishment keeps to itself stays kept by roads that are not its own row: a row that was refused, a merge
with another's use case, a decision of the committee.

Would have shown to readers and to the public: the projects of a row whose « oui » was misspelt, or stood beside an
error; the axis of another's use case; the code of one that was taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake, Submission
from tests.dbt_project.test_unseen import ANNECY, ANSWERS, GRENOBLE, LYON, MEMBERS, seen

OWN = f"{LYON}-9"
Change = Callable[[SmallLake, dict[str, Submission]], None]


def house(change: Change = lambda lake, sent: None) -> SmallLake:
    lake = SmallLake()
    sent = {code: lake.submission(code, "DEMO-2026") for code in (*MEMBERS, ANNECY)}
    for code, submission in sent.items():
        submission.use_case("CAT-001", "x")
        submission.assess("MED-01", "CAT-001", ANSWERS)
        submission.use_case(f"{code}-1", f"Ouvert {code}", functions=("DESCRIPTIVE",))
        submission.project(f"{code}-1", {"pilote": None})
    change(lake, sent)
    return lake


def refused_row(lake: SmallLake, submission: Submission, code: str, said: str | None, row: int = 90) -> None:
    """A row of use cases that has an error, as the lake keeps it: its cells alone."""
    for column, text in (("cas_usage", code), ("nom", "SECRET"), ("confidentiel", said)):
        if text is not None:
            lake.add(
                "cells", reception_number=submission.number, sheet="Cas d'usage", row_number=row,
                sheet_code="cas_usage", column_code=column, cell=f"A{row}", cell_text=text, is_taken=False,
            )  # fmt: skip


def shows_an_error(lake: SmallLake, submission: Submission, rule: str, row: int) -> None:
    """A cell of the row shows an error, lost a letter or has two values: the lake keeps no text of it."""
    lake.add(
        "problems", reception_number=submission.number, sheet="Cas d'usage", row_number=row,
        column_label="Confidentiel", cell=f"N{row}", rule_code=rule, severity="erreur",
    )  # fmt: skip


def speaks_of(submission: Submission, code: str) -> None:
    submission.project(code, {"routine": None})
    submission.assess("MED-01", code, ANSWERS)


@pytest.fixture(scope="module")
def look(warehouse: Warehouse) -> Callable[[Change], dict[str, list[tuple[Any, ...]]]]:
    def build(change: Change) -> dict[str, list[tuple[Any, ...]]]:
        with warehouse.build(house(change)) as opened:
            return seen(opened)

    return build


def naming(told: dict[str, list[tuple[Any, ...]]], code: str, organisation: str) -> set[str]:
    return {table for table, rows in told.items() if any(code in row and organisation in row for row in rows)}


def test_an_error_beside_it_opens_nothing(look: Callable[[Change], dict[str, list[tuple[Any, ...]]]]) -> None:
    """Nor a word that is no « oui ». « Non », or nothing, keeps nothing; nobody hides the use case of another."""
    kept, opened = {f"{LYON}-{n}": said for n, said in enumerate(("oui", "Oui.", "secret"), start=20)}, {
        f"{LYON}-30": "non",
        f"{LYON}-31": None,
    }  # fmt: skip

    unknown = {f"{LYON}-{n}": rule for n, rule in enumerate(("E0207", "E0247", "E0290"), start=40)}

    def change(lake: SmallLake, sent: dict[str, Submission]) -> None:
        for row, (code, said) in enumerate((kept | opened).items(), start=90):
            refused_row(lake, sent[LYON], code, said, row)
            speaks_of(sent[LYON], code)
        for row, (code, rule) in enumerate(unknown.items(), start=50):
            refused_row(lake, sent[LYON], code, None, row)
            shows_an_error(lake, sent[LYON], rule, row)
            speaks_of(sent[LYON], code)
        refused_row(lake, sent[LYON], "cat-001", "oui", 99)
        sent[LYON].project("CAT-001", {"routine": None})
        refused_row(lake, sent[GRENOBLE], f"{LYON}-1", "oui")
        replaced = lake.submission(GRENOBLE, "DEMO-2026", "autre")
        refused_row(lake, replaced, f"{GRENOBLE}-1", "oui")
        lake.submission(GRENOBLE, "DEMO-2026", "autre")

    told = look(change)
    assert not any(naming(told, code, code) for code in (*kept, *unknown))
    assert not naming(told, "CAT-001", LYON)
    for code in (*opened, f"{LYON}-1", f"{GRENOBLE}-1"):
        assert "mart_open_use_case" in naming(told, code, code), code


def test_a_merge_tells_nothing_of_the_others_axis(look: Callable[[Change], dict[str, list[tuple[Any, ...]]]]) -> None:
    def merged(axis: str) -> Change:
        def change(lake: SmallLake, sent: dict[str, Submission]) -> None:
            sent[LYON].use_case(OWN, "SECRET", is_confidential=True, axis_code=axis)
            first = lake.submission(GRENOBLE, "DEMO-2026", "mien")
            first.use_case(f"{GRENOBLE}-9", "Mien", axis_code="AXE_1")
            speaks_of(first, f"{GRENOBLE}-9")
            lake.add(
                "duplicate_decisions", decision_number=1, use_case_code=f"{GRENOBLE}-9", other_code=OWN,
                decision_code="meme", decided_by="x", decided_on=None, reason="x",
            )  # fmt: skip

        return change

    one, other = look(merged("AXE_3")), look(merged("AXE_5"))
    assert one == other and any("Mien" in str(row) for row in one["mart_reader_matrix"])


def test_what_the_committee_alone_names_is_not_shown(
    look: Callable[[Change], dict[str, list[tuple[Any, ...]]]],
) -> None:
    """Its establishment took the file back: the decision stays, and said that there had been one."""

    def change(lake: SmallLake, sent: dict[str, Submission]) -> None:
        lake.decisions().decide(OWN, "gcs", date(2026, 10, 1), "retenu", reason="SECRET")

    assert look(change) == look(lambda lake, sent: None)
