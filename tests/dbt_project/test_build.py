"""The project builds on nothing at all, and refuses what does not add up."""

from __future__ import annotations

from tests.dbt_project.conftest import Warehouse, failures
from tests.dbt_project.small_lake import SmallLake


def test_an_empty_lake_builds(warehouse: Warehouse) -> None:
    with warehouse.build(SmallLake()) as connection:
        notice = connection.execute("select notice_text, submission_count from mart_notice").fetchall()
        assert notice == [("Aucune soumission n'a encore été prise en compte.", 0)]
        assert connection.execute("select count(*) from mart_portfolio_matrix").fetchall() == [(0,)]
        shares = "select value_share from mart_key_figures where figure_code = 'AXIS_SHARE' and source_code = 'US-2024'"
        assert {row[0] for row in connection.execute(shares).fetchall()} == {None}
        catalogue = "select count(distinct use_case_code), bool_or(is_demonstration) from mart_cartography"
        assert connection.execute(catalogue).fetchall() == [(20, False)]


def test_rows_that_do_not_add_up_stop_the_build(warehouse: Warehouse) -> None:
    lake = SmallLake()
    lake.submission("690781810", "DEMO-2026")
    lake.add(
        "sheet_counts",
        reception_number=1,
        sheet="Projets",
        read_count=3,
        taken_count=1,
        rejected_count=1,
        ignored_count=0,
    )
    warehouse.write(lake)
    outcome = warehouse.invoke("build", "--exclude-resource-type", "unit_test")
    assert not outcome.success
    assert any("stg_lake__sheet_counts_balance" in failure for failure in failures(outcome))


def test_a_status_outside_the_referential_stops_the_build(warehouse: Warehouse) -> None:
    lake = SmallLake()
    lake.submission("690781810", "DEMO-2026").project("CAT-001", {"inventé": None})
    warehouse.write(lake)
    outcome = warehouse.invoke("build", "--exclude-resource-type", "unit_test")
    assert any("fct_project_status_keys" in failure for failure in failures(outcome))


def test_what_is_empty_is_shown_as_such_and_never_divides(warehouse: Warehouse) -> None:
    """A profile of zeros, an axis without use case, a use case without answers, a campaign without assessments."""
    lake = SmallLake()
    lake.add_site_row("weight_profiles", code="zeros", label="Rien", rank="6")
    criteria = [f"{side}_{number}" for side in ("IMP", "EFF") for number in range(1, 5)]
    for code in criteria:
        lake.add_site_row(
            "weight_profile_weights",
            code=f"zeros:{code}",
            label="Zéro",
            profile_code="zeros",
            criterion_code=code,
            weight="0",
        )
    lyon = lake.submission("690781810", "DEMO-2026")
    lyon.assess("MED-01", "CAT-001", {"IMP_3_1": "FORT", "EFF_3_1": "FAIBLE"})
    lyon.use_case("CAT-002")
    with warehouse.build(lake) as connection:
        matrix = (
            "select use_case_code, profile_code, quadrant_code, is_incomplete from mart_portfolio_matrix "
            "where perimeter_code = 'gcs' and profile_code in ('equilibre', 'zeros') order by all"
        )
        assert connection.execute(matrix).fetchall() == [
            ("CAT-001", "equilibre", "victoire_rapide", True),
            ("CAT-001", "zeros", "non_evalue", True),
            ("CAT-002", "equilibre", "non_evalue", True),
            ("CAT-002", "zeros", "non_evalue", True),
        ]
        first = connection.execute("select sentence_text from mart_sentence where topic_code = 'first_ones'").fetchall()
        assert {text.split(" : ")[0] for (text,) in first} == {"Le premier par indice de priorité"}
        axis = "select value_count from mart_key_figures where axis_code = 'AXE_7' and source_code = 'GCS'"
        assert connection.execute(axis).fetchall() == [(0,)]
        campaigns = "select campaign_code, freshness_label from mart_freshness order by 1"
        asked = connection.execute(campaigns).fetchall()
        assert asked == [("2026-1", "Aucun envoi reçu"), ("DEMO-2026", "Réponses incomplètes")]
        expecting = connection.execute("select distinct campaign_code from mart_participation order by 1").fetchall()
        assert expecting == [("2026-1",), ("DEMO-2026",)], "an invented campaign that nobody answered expects nobody"
