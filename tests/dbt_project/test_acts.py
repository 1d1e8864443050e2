"""What an act fixed: it stands when answers move, and goes whole when a part of it may be told no longer."""

from __future__ import annotations

from datetime import date

import duckdb

from tests.dbt_project.acts import READ_BY_AN_ACT, build_with, taken
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE = "630780989", "380780080", "690781810", "420784878"
ORGANISATIONS = (CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE)
QUESTIONS = ("IMP_1_1", "IMP_3_1", "EFF_1_1", "EFF_3_1")
LEVELS = ("FORT", "MOYEN", "FAIBLE", "MOYEN")
CODES = ("CAT-001", "CAT-002", "CAT-003", "CAT-004")
BUILT = ("mart_reader_matrix", *READ_BY_AN_ACT)
READ = "select view_code, use_case_code, impact_score, effort_score, snapshot_label, priority_rank " \
    "from mart_reader_matrix where profile_code = 'equilibre' and reader_organisation_code = ? " \
    "and view_code <> 'own' order by all"  # fmt: skip


def lake_of_four() -> SmallLake:
    lake = SmallLake()
    for organisation in ORGANISATIONS:
        _answer(lake, organisation, shift=0)
    return lake


def _answer(lake: SmallLake, organisation: str, shift: int) -> None:
    submission, place = lake.submission(organisation, "DEMO-2026"), ORGANISATIONS.index(organisation)
    for use_case in CODES:
        answers = {q: LEVELS[(place + at + shift) % 4] for at, q in enumerate(QUESTIONS)}
        for assessor in ("MED-1", "MED-2"):
            submission.assess(assessor, use_case, answers)


def read(warehouse: Warehouse, query: str = READ, *values: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(warehouse.file), read_only=True) as connection:
        return connection.execute(query, list(values) or [LYON]).fetchall()


def test_what_an_act_fixed_stands_until_the_next_and_goes_whole(warehouse: Warehouse) -> None:
    lake = lake_of_four()
    warehouse.build(lake, *BUILT).close()
    assert {row[4] for row in read(warehouse)} == {"Non publié"}, "before any act"
    first = taken(warehouse, "DEMO-2026", on=date(2026, 11, 2))
    build_with(warehouse, lake, [first], *BUILT)
    fixed = read(warehouse)
    assert {row[4] for row in fixed} == {"Arrêté du 02/11/2026"} and len(fixed) == 2 * len(CODES)

    # Lyon varies its own answers; Grenoble corrects; another keeps a part to the coordinators; a file is purged
    _answer(lake, LYON, shift=1)
    _answer(lake, GRENOBLE, shift=2)
    lake.submission(CLERMONT, "DEMO-2026", dossier="urgences").use_case("CAT-002", is_confidential=True)
    lake.submission(SAINT_ETIENNE, "DEMO-2025").use_case(f"{SAINT_ETIENNE}-9", is_confidential=True)
    lake.rows["duplicate_decisions"].append(
        {"decision_number": 1, "use_case_code": f"{SAINT_ETIENNE}-9", "other_code": "CAT-003", "decision_code": "meme"}
    )
    build_with(warehouse, lake, [first], *BUILT)
    moved = read(warehouse)
    shown = {(row[0], row[1]): row[2:5] for row in moved}
    then = {(row[0], row[1]): row[2:5] for row in fixed}
    for code in ("CAT-001", "CAT-004"):
        assert shown["gcs", code] == then["gcs", code], "a figure does not move between two acts"
    for code in ("CAT-002", "CAT-003"):
        assert shown["gcs", code] == (None, None, "Non publié"), "withdrawn whole, not computed without it"
    assert {key: row for key, row in shown.items() if key[0] == "own_snapshot"} == {
        key: row for key, row in then.items() if key[0] == "own_snapshot"
    }
    [(live, at_the_act)] = read(
        warehouse,
        "select max(effort_score) filter (where view_code = 'own'), max(effort_score) filter "
        "(where view_code = 'own_snapshot') from mart_reader_matrix where reader_organisation_code = ? "
        "and use_case_code = 'CAT-001' and profile_code = 'equilibre'",
        LYON,
    )
    assert live != at_the_act, "its own stands live, and as of the act"

    # a second act with two changed: each of the others' figures stays, with its date
    second = taken(warehouse, "DEMO-2026", [first], on=date(2026, 12, 1))
    build_with(warehouse, lake, [first, second], *BUILT)
    after = {(row[0], row[1]): row[2:5] for row in read(warehouse)}
    assert {key: row for key, row in after.items() if key[0] == "gcs"} == {
        key: row for key, row in shown.items() if key[0] == "gcs"
    }

    # a third with all four changed: the figures are new where nothing was kept to the coordinators
    for organisation in ORGANISATIONS:
        _answer(lake, organisation, shift=3)
    lake.rows["receptions"][-1]["verdict_code"] = "prise"
    build_with(warehouse, lake, [first, second], *BUILT)
    third = taken(warehouse, "DEMO-2026", [first, second], on=date(2027, 1, 4))
    build_with(warehouse, lake, [first, second, third], *BUILT)
    renewed = {(row[0], row[1]): row[4] for row in read(warehouse)}
    assert renewed["gcs", "CAT-001"] == "Arrêté du 04/01/2027"
    assert renewed["gcs", "CAT-002"] == "Non publié"

    # a purge of one file takes away every figure that it stood behind
    purged = next(row for row in lake.rows["receptions"] if row["reception_number"] == len(lake.rows["receptions"]))
    purged["verdict_code"] = "purgee"
    number = purged["reception_number"]
    for table, rows in lake.rows.items():
        if table != "receptions":
            lake.rows[table] = [row for row in rows if row.get("reception_number") != number]
    build_with(warehouse, lake, [first, second, third], *BUILT)
    assert {row[4] for row in read(warehouse) if row[0] == "gcs"} == {"Non publié"}
