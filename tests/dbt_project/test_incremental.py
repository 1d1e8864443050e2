"""What is built pass after pass equals what is built from nothing, row for row, and order plays no part.

A random history: drops, corrections under the same key, withdrawals, assessors found in two dossiers, decisions that
two use cases are the same and that they are not, a submission set aside, a referential that gains a weight profile
(from which all is built, as ``pipelines.warehouse.rebuild`` does, and the next pass goes on). A pass runs what
follows the lake tables that changed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.checksums import WORKING_TABLES, differences, file_checksums
from sources.lake import lake as lake_tables
from tests.dbt_project.conftest import PROJECT, Warehouse, failures
from tests.dbt_project.small_lake import SmallLake

ORGANISATIONS = ("630780989", "380780080", "690781810")
CAMPAIGNS = ("2026-1", "DEMO-2026")
USE_CASES = ("CAT-001", "CAT-002", "CAT-003", "690781810-1", "380780080-1")
NAMED_ALONE = ("CAT-004", "690781810-2", "SANS-LIGNE")
"""Use cases that no row describes or assesses: an objective or a project names them."""
QUESTIONS = ("IMP_1_1", "IMP_1_2", "IMP_2_1", "IMP_3_1", "EFF_1_1", "EFF_1_3", "EFF_2_2", "PA_1")
PASSES = 3


def submit(chance: random.Random, lake: SmallLake) -> None:
    """One drop; few keys, so that many replace or withdraw an earlier one."""
    organisation, campaign = chance.choice(ORGANISATIONS), chance.choice(CAMPAIGNS)
    dossier = chance.choice(("principal", "deux"))
    if chance.random() < 0.2:
        lake.submission(organisation, campaign, dossier, is_withdrawal=True)
        return
    submission = lake.submission(organisation, campaign, dossier)
    if chance.random() < 0.5:
        submission.use_case(f"{organisation}-1", label=chance.choice(("Lits", "Flux")), axis_code="AXE_5")
    for use_case in chance.sample(NAMED_ALONE, chance.randint(0, 2)):
        if chance.random() < 0.5:
            submission.objective(use_case, "Délai", target=chance.choice(("20", "30")))
        else:
            submission.project(use_case, {"idee": date(2026, 3, 1)})
    for assessor in chance.sample(("MED-01", "MED-02", "DSI-01"), chance.randint(1, 3)):
        for use_case in chance.sample(USE_CASES, chance.randint(1, 3)):
            asked = chance.sample(QUESTIONS, chance.randint(0, len(QUESTIONS)))
            answers = {question: chance.choice(("FAIBLE", "MOYEN", "FORT", None)) for question in asked}
            submission.assess(assessor, use_case, answers)


def decide(chance: random.Random, lake: SmallLake) -> None:
    first, second = sorted(chance.sample(USE_CASES, 2))
    lake.add(
        "duplicate_decisions",
        decision_number=len(lake.rows["duplicate_decisions"]) + 1,
        use_case_code=first,
        other_code=second,
        decision_code=chance.choice(("meme", "meme", "different")),
        decided_by="Coordination",
        decided_on=date(2026, 10, 2),
    )


def one_pass(chance: random.Random, lake: SmallLake) -> None:
    for _ in range(chance.randint(1, 4)):
        submit(chance, lake)
    if chance.random() < 0.6:
        decide(chance, lake)
    if chance.random() < 0.3:
        number = chance.randint(1, len(lake.rows["receptions"]))
        lake.rows["set_aside"] = [{"reception_number": number, "reason": "essai"}]


def answer_again(chance: random.Random, lake: SmallLake) -> None:
    """A file that counts, sent again or beside itself: the same use cases, other answers, maybe one assessor more."""
    latest = {row["submission_key"]: row for row in lake.rows["submissions"]}
    row = chance.choice([row for row in latest.values() if not row["is_withdrawal"]])
    named = dict.fromkeys(
        assessment["use_case_code"]
        for assessment in lake.rows["assessments"]
        if assessment["reception_number"] == row["reception_number"]
    )
    is_replacing = chance.random() < 0.5
    dossier = row["dossier_code"] if is_replacing else f"encore-{len(lake.rows['receptions'])}"
    submission = lake.submission(row["organisation_code"], row["campaign_code"], dossier)
    for assessor in chance.sample(("MED-01", "DSI-01", "INF-09"), chance.randint(1, 2)):
        for use_case in named:
            submission.assess(
                assessor, use_case, {question: chance.choice(("FAIBLE", "FORT")) for question in QUESTIONS}
            )


def change_referential(lake: SmallLake) -> None:
    """One more weight profile, under which a criterion counts for nothing."""
    lake.add_site_row("weight_profiles", code="essai", label="Essai", rank="9")
    lake.add_site_row(
        "weight_profile_weights", code="essai:IMP_1", label="Essai", profile_code="essai", criterion_code="IMP_1",
        weight="0",
    )  # fmt: skip


def test_passes_equal_a_build_from_nothing(warehouse: Warehouse) -> None:
    """The referential changes between the first two: that one is a build from nothing, as in the product."""
    chance, lake = random.Random(4), SmallLake()
    one_pass(chance, lake)
    warehouse.build(lake).close()
    found = {0: file_checksums(warehouse.file)}
    for number in range(1, PASSES):
        before = written(lake)
        one_pass(chance, lake)
        goes_on = number > 1
        if not goes_on:
            change_referential(lake)
        go_on(warehouse, lake, before) if goes_on else warehouse.build(lake).close()
        found[number] = file_checksums(warehouse.file)
    assert found[0] != found[PASSES - 1]
    warehouse.build(shuffled(chance, lake)).close()
    assert differences(found[PASSES - 1], file_checksums(warehouse.file)) == []


@pytest.mark.parametrize("seed", [11])  # and others, on both targets, in test_both_targets
def test_passes_that_answer_again_equal_a_build_from_nothing(warehouse: Warehouse, seed: int) -> None:
    chance, lake = random.Random(seed), SmallLake()
    for _ in range(2):
        one_pass(chance, lake)
    warehouse.build(lake).close()
    before_all, made = file_checksums(warehouse.file), set[str]()
    for _ in range(PASSES):
        before = written(lake)
        for _ in range(chance.randint(1, 3)):
            answer_again(chance, lake)
        made |= go_on(warehouse, lake, before)
    assert {"int_assessment", "mart_cartography", "mart_cartography_keys"} <= made
    assert made.isdisjoint({"dim_axis", "dim_axis_keys", "int_finess_entity"})
    found = file_checksums(warehouse.file)
    assert found != before_all
    warehouse.build(shuffled(chance, lake)).close()
    assert differences(found, file_checksums(warehouse.file)) == []


def test_a_touched_reply_leaves_nothing_of_before(warehouse: Warehouse) -> None:
    """A reply emptied, withdrawn, replaced, set aside; one that names a use case which counts under another code."""
    lake = SmallLake()
    replies = [(organisation, campaign) for organisation in ORGANISATIONS for campaign in CAMPAIGNS]
    for reply in replies:
        submission = lake.submission(*reply)
        submission.use_case(f"{reply[0]}-1", label="Lits", axis_code="AXE_5")
        submission.assess("MED-01", "CAT-001", {"IMP_1_1": "FORT", "EFF_1_1": "MOYEN"})
        submission.assess("MED-01", f"{reply[0]}-1", {"IMP_1_1": "FAIBLE", "EFF_1_1": "FORT"})
    warehouse.build(lake).close()
    before = written(lake)
    emptied, withdrawn, replaced, set_aside, renamed, left_alone = replies
    lake.submission(*emptied)
    lake.submission(*withdrawn, is_withdrawal=True)
    lake.submission(*replaced).assess("MED-01", "CAT-003", {"IMP_1_1": "FORT"})
    lake.add("set_aside", reception_number=1 + replies.index(set_aside), reason="essai")
    lake.submission(*renamed).assess("MED-01", "CAT-004", {"IMP_1_1": "FORT"})
    go_on(warehouse, lake, before)
    assert touched_replies(warehouse) == {emptied, withdrawn, replaced, set_aside, renamed}
    before = written(lake)
    lake.add(
        "duplicate_decisions", decision_number=1, use_case_code="CAT-004", other_code="CAT-001",
        decision_code="meme", decided_by="Coordination", decided_on=date(2026, 10, 2),
    )  # fmt: skip
    lake.submission(*withdrawn, is_withdrawal=True)
    go_on(warehouse, lake, before)
    assert touched_replies(warehouse) == {renamed}, "a decision touches the reply that names the use case"
    found = file_checksums(warehouse.file)
    warehouse.build(lake).close()
    assert differences(found, file_checksums(warehouse.file)) == []
    assert touched_replies(warehouse) >= {renamed, left_alone}, "a build from nothing touches all"


def touched_replies(warehouse: Warehouse) -> set[tuple[str, str]]:
    with duckdb.connect(str(warehouse.file), read_only=True) as connection:
        query = "select organisation_code, campaign_code from int_touched_reply where is_touched"
        return set(connection.execute(query).fetchall())


def written(lake: SmallLake) -> SmallLake:
    """The lake as it stands, to be compared with what it becomes."""
    return SmallLake({table: list(rows) for table, rows in lake.rows.items()})


def go_on(warehouse: Warehouse, lake: SmallLake, before: SmallLake) -> set[str]:
    """One pass as ``pipelines.warehouse.warehouse`` makes it; the names of the models and tests that it ran."""
    warehouse.write(lake)
    changed = sorted(table for table, rows in lake.rows.items() if rows != before.rows[table])
    outcome = warehouse.invoke(
        "build",
        "--indirect-selection=empty",
        "--select",
        *(f"source:lake.{table}+" for table in changed),
        "--exclude",
        "config.materialized:replaced_view",
        "resource_type:unit_test",
    )
    assert outcome.success, failures(outcome)
    return {result.node.name for result in outcome.result.results}


def shuffled(chance: random.Random, lake: SmallLake) -> SmallLake:
    """The same rows, written in another order."""
    rows = {table: chance.sample(rows, len(rows)) for table, rows in lake.rows.items()}
    return SmallLake({table: rows.get(table, []) for table in lake_tables.LAKE_TABLES}, lake.site)


def test_the_tables_left_out_of_comparisons_are_the_passes_own() -> None:
    assert {path.stem for path in _working_models()} == WORKING_TABLES


def _working_models() -> Iterator[Path]:
    yield from (PROJECT / "models/intermediate/units").glob("*.sql")
    yield PROJECT / "models/intermediate/scores/int_answer_kind.sql"
