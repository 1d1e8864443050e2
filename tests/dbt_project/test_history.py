"""Slowly changing dimensions, beside a plain replay of the receptions: which rows count after each, and what they say.

One lake holds many random histories (corrections, withdrawals, dossiers, receptions set aside, a clock that goes
back); the replay knows nothing of the SQL. The same rows laid in another order give the same tables.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

ORGANISATIONS = ("630780989", "380780080", "690781810", "420784878", "990000009")
RECEPTIONS = 160
HISTORIES = ("dim_use_case_history", "dim_solution_history", "dim_project_history", "dim_establishment_history")

Version = tuple[int | None, int | None, Any]
"""First reception (None: before any), the one that ends it, what is said."""

SaidAt = Callable[[SmallLake, dict[int, str]], dict[str, Any]]
"""Key → what is said of it, by the receptions that count."""


def random_lake(seed: int) -> SmallLake:
    rng = random.Random(seed)
    lake = SmallLake()
    for number in range(1, RECEPTIONS + 1):
        organisation = rng.choice(ORGANISATIONS)
        day = datetime(2026, 1, 1, 22, 30) + timedelta(days=number - rng.choice([0, 0, 0, 9]))
        submission = lake.submission(
            organisation,
            rng.choice(["DEMO-2025", "DEMO-2026"]),
            rng.choice(["principal", "urgences"]),
            is_withdrawal=rng.random() < 0.15,
            received_at=day,
        )
        if lake.rows["submissions"][-1]["is_withdrawal"]:
            continue
        for code in rng.sample([f"{organisation}-1", f"{organisation}-2", "CAT-001"], rng.randint(0, 3)):
            submission.use_case(
                code, rng.choice(["Tri", "Codage"]), axis_code=rng.choice(["AXE_1", "AXE_2"]),
                is_confidential=rng.random() < 0.3,
            )  # fmt: skip
        for code in rng.sample(["S1", "S2"], rng.randint(0, 2)):
            submission.solution(code, rng.choice(["Alpha", "Bêta"]), has_ce_mark=rng.choice([True, None]))
        if rng.random() < 0.6:
            statuses = rng.sample(["poc", "pilote", "routine", "arrete"], rng.randint(0, 3))
            dates = {status: date(2026, rng.randint(1, 4), 1) for status in statuses}
            submission.project(
                f"{organisation}-1", dates, solution="S1", evidence_code=rng.choice(["annonce", "verifie"])
            )
        if rng.random() < 0.3:
            submission.assess("MED-01", f"{organisation}-3", {"IMP_3_1": "FORT"})
        if rng.random() < 0.05:
            lake.add("set_aside", reception_number=number, reason="un contrôle a échoué")
    return lake


def counting(lake: SmallLake, moment: int) -> dict[int, str]:
    """Reception → organisation of the submissions that count once the reception ``moment`` is taken."""
    aside = {row["reception_number"] for row in lake.rows["set_aside"]}
    latest: dict[str, dict[str, Any]] = {}
    for row in lake.rows["submissions"]:
        if row["reception_number"] <= moment and row["reception_number"] not in aside:
            latest[row["submission_key"]] = row
    return {row["reception_number"]: row["organisation_code"] for row in latest.values() if not row["is_withdrawal"]}


def replayed(
    lake: SmallLake, said_at: Callable[[SmallLake, dict[int, str]], dict[str, Any]]
) -> dict[str, list[Version]]:
    """Key → versions, by asking after each reception what is said of every key."""
    versions: dict[str, list[Version]] = {}
    for moment in range(RECEPTIONS + 1):
        said = said_at(lake, counting(lake, moment))
        for key in versions.keys() | said.keys():
            known = versions.setdefault(key, [])
            present = known[-1] if known and known[-1][1] is None else None
            if present and said.get(key) != present[2]:
                known[-1] = (present[0], moment, present[2])
            if key in said and (not present or said[key] != present[2]):
                known.append((moment or None, None, said[key]))
    return versions


def newest_first(lake: SmallLake, table: str, receptions: dict[int, str]) -> list[dict[str, Any]]:
    rows = [row for row in lake.rows[table] if row["reception_number"] in receptions]
    return sorted(rows, key=lambda row: (-row["reception_number"], -row["row_number"]))


def solutions_said(lake: SmallLake, receptions: dict[int, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for row in newest_first(lake, "solutions", receptions):
        key = f"{receptions[row['reception_number']]}|{row['solution_code']}"
        said.setdefault(key, (row["solution_label"], row["has_ce_mark"]))
    return said


def use_cases_said(lake: SmallLake, receptions: dict[int, str]) -> dict[str, Any]:
    """Label, axis, whether anybody says confidential; the catalogue has the first two of its own."""
    said: dict[str, Any] = {}
    rows = list(newest_first(lake, "use_cases", receptions))
    kept = {row["use_case_code"] for row in rows if row["is_confidential"]}
    for row in rows:
        own = (row["use_case_label"], row["axis_code"])
        if row["use_case_code"] == "CAT-001":
            own = ("Détection de lésions sur images radiologiques", "AXE_1")
        said.setdefault(row["use_case_code"], (*own, row["use_case_code"] in kept))
    said.setdefault("CAT-001", ("Détection de lésions sur images radiologiques", "AXE_1", "CAT-001" in kept))
    for table in ("projects", "assessments"):
        for row in newest_first(lake, table, receptions):
            said.setdefault(row["use_case_code"], (row["use_case_code"], None, False))
    return said


def days_received(lake: SmallLake) -> dict[int, date]:
    """Reception → its day in Paris, or the latest day seen before it where the clock went back."""
    days: dict[int, date] = {}
    latest = date.min
    for row in lake.rows["receptions"]:
        latest = max(latest, row["received_at"].replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Paris")).date())
        days[row["reception_number"]] = latest
    return days


def projects_said(lake: SmallLake, receptions: dict[int, str]) -> dict[str, Any]:
    """Evidence, current status and its day; a status dated ahead of its reception is planned."""
    received = days_received(lake)
    ranks = {"poc": 3, "pilote": 4, "routine": 6, "arrete": 8}
    reports: dict[tuple[str, str], date] = {}
    evidence: dict[str, str] = {}
    for table in ("projects", "project_statuses"):
        for row in newest_first(lake, table, receptions):
            key = f"{receptions[row['reception_number']]}|{row['use_case_code']}|{row['solution_code']}"
            if table == "projects":
                evidence.setdefault(key, row["evidence_code"])
            else:
                is_reached = row["reached_on"] <= received[row["reception_number"]]
                reports.setdefault((key, row["status_code"]), row["reached_on"] if is_reached else None)
    said: dict[str, Any] = {}
    for key, level in evidence.items():
        reached = [(day, ranks[status], status) for (project, status), day in reports.items() if project == key and day]
        day, _, status = max(reached, default=(None, 0, None))
        said[key] = (level, status, day)
    return said


@pytest.fixture(scope="module")
def lake() -> SmallLake:
    return random_lake(20261123)


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse, lake: SmallLake) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.build(lake, *HISTORIES) as connection:
        yield connection


def versions(connection: duckdb.DuckDBPyConnection, table: str, key: str, said: str) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    query = (
        f"select {key}, valid_from_reception, valid_to_reception, {said} from {table} order by {key}, version_number"
    )
    for code, first, last, *attributes in connection.execute(query).fetchall():
        found.setdefault(code, []).append((first, last, tuple(attributes)))
    return found


@pytest.mark.parametrize(
    ("table", "key", "attributes", "said_at", "most_versions"),
    [
        ("dim_solution_history", "solution_id", "solution_label, has_ce_mark", solutions_said, 4),
        ("dim_use_case_history", "use_case_code", "use_case_label, axis_code, is_confidential", use_cases_said, 6),
        ("dim_project_history", "project_id", "evidence_code, status_code, status_reached_on", projects_said, 6),
    ],
)
def test_versions_are_those_of_a_replay(
    connection: duckdb.DuckDBPyConnection, lake: SmallLake, table: str, key: str, attributes: str, said_at: Any,
    most_versions: int,
) -> None:  # fmt: skip
    found = versions(connection, table, key, attributes)
    expected = {code: known for code, known in replayed(lake, said_at).items() if known}
    assert {code: known for code, known in found.items() if code in expected} == expected
    catalogue = {code for code in found.keys() - expected.keys() if not code.startswith("CAT-")}
    assert not catalogue
    assert max(map(len, expected.values())) >= most_versions, "the histories are too plain to prove anything"


def test_days_are_those_of_receptions_in_paris_and_never_go_back(
    connection: duckdb.DuckDBPyConnection, lake: SmallLake
) -> None:
    # 22:30 UTC is 23:30 of the same day in winter, and 00:30 of the next one from 29 March
    days: dict[int, date] = {}
    latest = date(2000, 1, 1)
    for row in lake.rows["receptions"]:
        moment = row["received_at"] + timedelta(hours=2 if row["received_at"] >= datetime(2026, 3, 29, 1) else 1)
        latest = max(latest, moment.date())
        days[row["reception_number"]] = latest
    for table in ("dim_use_case_history", "dim_project_history"):
        rows = connection.execute(
            f"select valid_from_reception, valid_from, valid_to_reception, valid_to from {table}"
        ).fetchall()
        assert rows
        for first, start, last, end in rows:
            assert start == days.get(first)
            assert end == days.get(last)


def test_the_same_rows_in_another_order_give_the_same_histories(
    warehouse: Warehouse, connection: duckdb.DuckDBPyConnection, lake: SmallLake
) -> None:
    before = {table: connection.execute(f"select * from {table} order by all").fetchall() for table in HISTORIES}
    connection.close()
    shuffled = SmallLake({table: random.Random(1).sample(rows, len(rows)) for table, rows in lake.rows.items()})
    with warehouse.build(shuffled, *HISTORIES) as again:
        after = {table: again.execute(f"select * from {table} order by all").fetchall() for table in HISTORIES}
    assert after == before


def test_an_establishment_has_the_versions_of_the_referential_received(warehouse: Warehouse) -> None:
    """Known by a submission first, then described, moved, and left out of the site's file again."""
    code = "990000009"
    lake = SmallLake()
    lake.submission(code, "DEMO-2026", received_at=datetime(2026, 1, 5, 12))
    described = {"organisation_code": code, "sector_code": "public", "is_gcs_member": False}
    for number, label in ((2, "Clinique A"), (3, "Clinique A"), (4, "Clinique B"), (5, None)):
        received = {"reception_number": number, "received_at": datetime(2026, 1, 5 + number, 12)}
        lake.add("organisation_versions", **received)
        if label is not None:
            lake.add("organisation_versions", **received, **described, organisation_label=label)
    with warehouse.build(lake, *HISTORIES) as connection:
        found = connection.execute(
            "select organisation_label, sector_code, is_inferred, valid_from, valid_to, valid_from_reception, "
            "is_current from dim_establishment_history where organisation_code = ? order by version_number",
            [code],
        ).fetchall()
        unknown = (code, "inconnu", True)
        assert found == [
            (*unknown, date(2026, 1, 5), date(2026, 1, 7), 1, False),
            ("Clinique A", "public", False, date(2026, 1, 7), date(2026, 1, 9), 2, False),
            ("Clinique B", "public", False, date(2026, 1, 9), date(2026, 1, 10), 4, False),
            (*unknown, date(2026, 1, 10), None, 5, True),
        ]


def test_an_inventorys_use_cases_have_the_versions_of_its_deliveries(warehouse: Warehouse) -> None:
    """Shipped, then renamed and put in service, then left out, then back; another source is not touched by it."""
    lake = SmallLake()
    delivered = {
        0: [("X-A", "A", "pilote"), ("X-B", "B", "pilote")],
        2: [("X-A", "A renommé", "routine"), ("X-B", "B", "pilote")],
        3: [("X-A", "A renommé", "routine")],
        4: [("X-A", "A renommé", "routine"), ("X-B", "B", "pilote")],
    }
    lake.submission(ORGANISATIONS[0], "DEMO-2026", received_at=datetime(2026, 1, 5, 12))
    for number, rows in delivered.items():
        received = {"reception_number": number, "received_at": datetime(2026, 1, 5 + number, 12) if number else None}
        lake.add("inventory_versions", **received, source_code="US-2024")
        for code, label, status in rows:
            said = {"use_case_code": code, "use_case_label": label, "status_code": status, "organisation_code": "US-VA"}
            lake.add("inventory_versions", **received, source_code="US-2024", row_number=2, **said)
            if number == max(delivered):
                lake.add("inventory_use_cases", source_code="US-2024", row_number=2, **said)
    with warehouse.build(lake, *HISTORIES) as connection:
        found = connection.execute(
            "select use_case_code, use_case_label, source_code, valid_from_reception, valid_to_reception, is_current "
            "from dim_use_case_history where use_case_code like 'X-%' order by use_case_code, version_number"
        ).fetchall()
        statuses = connection.execute(
            "select use_case_code, status_code, valid_from_reception, valid_to_reception from dim_project_history "
            "where use_case_code like 'X-%' order by use_case_code, version_number"
        ).fetchall()
    assert found == [
        ("X-A", "A", "US-2024", None, 2, False),
        ("X-A", "A renommé", "US-2024", 2, None, True),
        ("X-B", "B", "US-2024", None, 3, False),
        ("X-B", "B", "US-2024", 4, None, True),
    ]
    assert statuses == [
        ("X-A", "pilote", None, 2),
        ("X-A", "routine", 2, None),
        ("X-B", "pilote", None, 3),
        ("X-B", "pilote", 4, None),
    ]
