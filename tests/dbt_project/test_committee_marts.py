"""The marts of committees and coordinators: decisions, references, life cycle, trend, sheets, participation.

One lake, received until 10 June 2026: whatever is due or old is so as of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

CLERMONT, GRENOBLE, LYON = "630780989", "380780080", "690781810"
LOW, HIGH = {"IMP_3_1": "FAIBLE", "EFF_3_1": "FAIBLE"}, {"IMP_3_1": "FORT", "EFF_3_1": "FORT"}
WIN = {"IMP_3_1": "FORT", "EFF_3_1": "FAIBLE"}
AS_OF = date(2026, 6, 10)


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    lake = SmallLake()
    lake.add_site_row(
        "campaigns", code="C1", label="Un", opens="2025-01-01", deadline="2025-03-01", is_demonstration="non"
    )
    lake.add_site_row(
        "campaigns", code="C2", label="Deux", opens="2026-01-01", deadline="2026-03-01", is_demonstration="non"
    )
    lake.add_site_row(
        "campaigns", code="C3", label="Trois", opens="2026-05-01", deadline="2026-09-01", is_demonstration="non"
    )
    for organisation in (LYON, GRENOBLE):
        lake.add_site_row(
            "campaign_organisations", code=f"C2:{organisation}", label="Attendu", campaign_code="C2",
            organisation_code=organisation,
        )  # fmt: skip
    before = lake.submission(LYON, "C1", received_at=datetime(2025, 2, 1, 12))
    before.assess("MED-01", "CAT-001", HIGH)
    before.assess("MED-01", "CAT-003", LOW)
    lake.submission(GRENOBLE, "C1", received_at=datetime(2025, 2, 2, 12)).assess("MED-01", "CAT-001", LOW)
    faulty = lake.submission(LYON, "C2", received_at=datetime(2026, 2, 1, 12))
    faulty.assess("MED-01", "CAT-001", WIN)
    lyon = lake.submission(LYON, "C2", received_at=datetime(2026, 2, 3, 12))
    lyon.use_case("CAT-001", people_count=50, minutes_per_day=30.0, cost_eur=100.0, is_confidential=True)
    lyon.assess("MED-01", "CAT-001", WIN | {"PA_1": "FORT"})
    lyon.assess("MED-02", "CAT-002", LOW)
    lyon.objective("CAT-001", "Délai (min)", baseline="40", target="20")
    lyon.solution("S1", "Alpha", supplier="Maison")
    lyon.project(
        "CAT-001", {"poc": date(2025, 1, 1), "routine": date(2025, 3, 2)}, "S1", evidence_code="verifie",
        evidence_link="https://exemple.fr",
    )  # fmt: skip
    lyon.project("CAT-002", {"pilote": date(2025, 6, 10)}, evidence_code="annonce")
    lyon.project("CAT-003", {"pilote": date(2025, 6, 11)}, evidence_code="declare")
    lyon.project("CAT-004", {"poc": date(2024, 1, 1), "arrete": date(2024, 2, 1)})
    lyon.project("CAT-005", {})
    clermont = lake.submission(CLERMONT, "C2", received_at=datetime(2026, 2, 4, 12))
    clermont.use_case("CAT-001", people_count=10, minutes_per_day=6.0, cost_eur=200.0)
    clermont.assess("MED-01", "CAT-001", HIGH)
    for number, row in ((faulty.number, 7), (faulty.number, 8), (lyon.number, 8)):
        lake.add(
            "problems", reception_number=number, sheet="Projets", row_number=row, column_label="Sites", cell=f"C{row}",
            rule_code="E0202", severity="erreur",
        )  # fmt: skip
    march = lake.decisions(datetime(2026, 4, 1, 12))
    march.decide("CAT-001", "gcs", date(2026, 3, 10), "retenu", next_review_on=AS_OF)
    march.decide("CAT-002", "gcs", date(2026, 3, 10), "reporte", next_review_on=date(2026, 6, 11))
    march.decide("CAT-001", LYON, date(2025, 6, 1), "retenu", next_review_on=date(2025, 7, 1))
    march.decide("CAT-001", LYON, date(2026, 3, 10), "ecarte")
    march.decide("CAT-009", "gcs", date(2024, 1, 1), "a_completer")
    lake.submission(CLERMONT, "C1", received_at=datetime(2026, 6, 10, 12))
    lake.submission(CLERMONT, "C1", is_withdrawal=True, received_at=datetime(2026, 6, 10, 13))
    for finess, count in ((LYON, 12), (CLERMONT, 10), (GRENOBLE, 2)):
        for number in range(count):
            lake.add("finess_sites", site_finess=f"{finess}-{number}", entity_finess=finess, site_label="Site")
    with warehouse.build(lake) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, values).fetchall()


def test_a_decision_stands_beside_what_the_committee_could_see(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select use_case_code, perimeter_code, committee_on, campaign_code, quadrant_code, is_against_result "
        "from mart_decision order by all",
    )
    day = date(2026, 3, 10)
    assert found == [
        ("CAT-001", LYON, date(2025, 6, 1), "C1", "projet_majeur", False),
        ("CAT-001", LYON, day, "C2", "victoire_rapide", True),
        ("CAT-001", "gcs", day, "C2", "projet_majeur", False),
        ("CAT-002", "gcs", day, "C2", "tache_de_fond", False),
        ("CAT-009", "gcs", date(2024, 1, 1), None, None, False),
    ]
    changed = rows(connection, "select newest_quadrant_label from mart_decision where has_quadrant_changed")
    assert changed == [("Victoires rapides",)]


def test_a_review_is_due_as_of_the_newest_reception_and_of_the_last_committee_only(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    due = rows(connection, "select use_case_code, perimeter_code from mart_decision where is_review_due")
    assert due == [("CAT-001", "gcs")]
    assert rows(connection, "select distinct as_of_on from mart_decision") == [(AS_OF,)]


def test_who_has_deployed_it_with_what_proof_and_who_looks_alike(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select organisation_code, status_code, evidence_code, evidence_link, solution_label, supplier, deployed_on, "
        "look_alike_label, look_alike_count, is_confidential from mart_reference_establishment",
    )
    assert found == [
        (LYON, "routine", "verifie", "https://exemple.fr", "Alpha", "Maison", date(2025, 3, 2),
         "Public · 10 à 29 sites", 1, True)
    ]  # fmt: skip
    alike = "select size_class_label from dim_establishment where organisation_code in (?, ?) order by 1"
    assert rows(connection, alike, CLERMONT, GRENOBLE) == [("1 ou 2 sites",), ("10 à 29 sites",)]


def test_time_in_each_stage_stalled_projects_and_announcements(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select use_case_code, status_code, day_count, is_current, is_stalled, is_unfollowed_announcement "
        "from mart_life_cycle order by use_case_code, status_rank",
    )
    assert found == [
        ("CAT-001", "poc", 60, False, False, False),
        ("CAT-001", "routine", (AS_OF - date(2025, 3, 2)).days, True, False, False),
        ("CAT-002", "pilote", 365, True, True, True),
        ("CAT-003", "pilote", 364, True, False, False),
        ("CAT-004", "poc", 31, False, False, False),
        ("CAT-004", "arrete", None, True, False, False),
        ("CAT-005", "non_precise", None, True, False, False),
    ]


def test_the_funnel_counts_who_came_as_far(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select status_code, at_least_count, current_count, left_count, median_day_count from mart_life_cycle_funnel "
        "where perimeter_code = 'gcs' order by status_rank",
    )
    assert found == [
        ("idee", 4, 0, 0, None),
        ("cadrage", 4, 0, 0, None),
        ("poc", 4, 0, 2, 31),
        ("pilote", 3, 2, 0, None),
        ("deploiement", 1, 0, 0, None),
        ("routine", 1, 1, 0, None),
    ]


def test_the_trend_on_all_and_on_constant_scope(connection: duckdb.DuckDBPyConnection) -> None:
    """Lyon alone scored CAT-001 both times: its mean with Grenoble, then with Clermont, is no constant scope."""
    found = rows(
        connection,
        "select scope_code, use_case_code, impact_score, previous_impact_score, effort_change, movement_label, "
        "establishment_count from mart_trend where perimeter_code = 'gcs' and profile_code = 'equilibre' "
        "and campaign_code = 'C2' and use_case_code < 'CAT-004' order by 1, 2",
    )
    assert found == [
        ("constant", "CAT-001", Decimal(100), Decimal(100), Decimal(-100), "Autre quadrant", 1),
        ("tous", "CAT-001", Decimal(100), Decimal(50), Decimal(0), "Même quadrant", 2),
        ("tous", "CAT-002", Decimal(0), None, None, "Nouveau", 1),
        ("tous", "CAT-003", None, Decimal(0), None, "Autre quadrant", 0),
    ]


def test_the_sheet_sums_people_and_takes_the_median_of_costs(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select people_sum, hours_sum, cost_median_eur, measure_count, objectives_text, is_confidential, "
        "attention_text from mart_use_case_sheet where use_case_code = 'CAT-001' and perimeter_code = 'gcs' "
        "and campaign_code = 'C2'",
    )
    assert found == [
        (
            60,
            Decimal(26),
            Decimal(150),
            2,
            "Délai (min) : 40 → 20",
            True,  # Lyon said so in the campaign before, and an empty cell is no « non »
            "Indicateurs disponibles : 1 sur 1 au plus haut",
        )
    ]


def test_who_answered_and_what_was_mended(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select campaign_code, organisation_code, participation_label, submission_count, rejected_cell_count, "
        "mended_cell_count, assessor_count from mart_participation where campaign_code in ('C1', 'C2') order by 1, 2",
    )
    assert found == [
        ("C1", GRENOBLE, "A répondu sans être attendu", 1, 0, 0, 1),
        ("C1", CLERMONT, "A retiré son envoi", 2, 0, 0, 0),
        ("C1", LYON, "A répondu sans être attendu", 1, 0, 0, 1),
        ("C2", GRENOBLE, "N'a pas répondu", 0, 0, 0, 0),
        ("C2", CLERMONT, "A répondu sans être attendu", 1, 0, 0, 1),
        ("C2", LYON, "A répondu", 2, 1, 1, 2),
    ]


def test_a_campaign_without_anything_is_shown_as_such(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select campaign_code, freshness_label, participation_share, days_since_count from mart_freshness "
        "where campaign_code in ('C2', 'C3') order by 1",
    )
    assert found == [
        ("C2", "Réponses incomplètes", Decimal("0.5"), 126),
        ("C3", "Aucun envoi reçu", None, None),
    ]
