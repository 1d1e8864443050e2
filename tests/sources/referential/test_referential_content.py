"""The shipped referential says what the domain says, origins included."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from sources.finess.loader import SHIPPED_SITES
from sources.referential.loader import Referential, load_referential
from sources.referential.reading import SHIPPED
from sources.referential.schema import TABLES

DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


def test_each_table_ships_a_file_and_nothing_else_lies_there() -> None:
    assert {path.stem for path in SHIPPED.glob("*.csv")} == set(TABLES)


def test_counts_of_the_domain(referential: Referential) -> None:
    counts = {name: len(referential.table(name)) for name in TABLES}
    expected = {
        "axes": 9, "segments": 41, "functions": 5, "technique_families": 2, "techniques": 7, "learning_types": 4,
        "sectors": 5, "domains": 3, "project_statuses": 9, "evidence_levels": 3, "ways": 2, "kinds": 3,
        "assessor_roles": 6, "criteria": 8, "subcriteria": 25, "attention_points": 5, "weight_profiles": 5,
        "quadrants": 5, "use_cases": 20, "key_figures": 6, "legal_statuses": 69, "campaigns": 3,
    }  # fmt: skip
    assert {name: counts[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("use_case", "axis", "axis_origin", "functions"),
    [
        ("Détection de lésions sur images radiologiques", "AXE_1", "seed", {"DESCRIPTIVE*", "PRESCRIPTIVE"}),
        ("Codage PMSI et facturation T2A", "AXE_4", "seed", {"GENERATIVE", "PREDICTIVE*"}),
        ("Command center : lits, sorties, transferts", "AXE_5", "seed", {"DESCRIPTIVE", "PREDICTIVE", "PRESCRIPTIVE"}),
        ("Planification des équipes soignantes", "AXE_8", "seed", {"DESCRIPTIVE", "PREDICTIVE"}),
        ("Agent conversationnel patients", "AXE_9", "proposed", {"GENERATIVE"}),
        ("Prévision de rupture de stock", "AXE_6", "proposed", {"PREDICTIVE*"}),
    ],
)
def test_attributions_carry_their_origin(
    referential: Referential, use_case: str, axis: str, axis_origin: str, functions: set[str]
) -> None:
    """A star marks an attribution that is proposed."""
    row = referential.table("use_cases").filter(pl.col("label") == use_case).row(0, named=True)
    assert (row["axis_code"], row["axis_origin"]) == (axis, axis_origin)
    links = referential.table("use_case_functions").filter(pl.col("use_case_code") == row["code"])
    assert {
        code + "*" * (origin == "proposed") for code, origin in links.select("function_code", "origin").iter_rows()
    } == functions


def test_only_four_use_cases_have_their_axis_from_the_slides(referential: Referential) -> None:
    assert referential.table("use_cases")["axis_origin"].value_counts().sort("count").rows() == [
        ("seed", 4),
        ("proposed", 16),
    ]


def test_effort_is_taken_away_by_what_eases_it(referential: Referential) -> None:
    subcriteria = referential.table("subcriteria")
    assert set(subcriteria.filter(pl.col("polarity") == "-")["code"]) == {"EFF_1_3", "EFF_2_1", "EFF_3_3"}
    assert subcriteria.filter(pl.col("scale_code") == "conf")["code"].to_list() == ["IMP_1_4"]
    seed = subcriteria.filter(pl.col("origin") == "seed")["code"].to_list()
    assert seed == ["IMP_1_1", "IMP_1_2", "IMP_1_3", "IMP_1_4", "IMP_2_1", "IMP_3_1", "IMP_4_1", "IMP_4_2"]


def test_impact_help_has_the_wording_of_the_slides(referential: Referential) -> None:
    assert referential.labels("criterion_level_help")["IMP_1:FORT"] == (
        "Impact démontré sur des indicateurs cliniques validés"
    )


def test_deduced_legal_statuses_do_not_pass_for_read_ones(referential: Referential) -> None:
    statuses = referential.table("legal_statuses")
    assert statuses.filter(pl.col("sector_origin") == "proposed")["code"].to_list() == [f"0{n}" for n in range(1, 9)]


def test_legal_statuses_are_those_of_the_nomenclature(referential: Referential) -> None:
    source = DATA / "statut_juridique_secteur.csv"
    if not source.exists():
        pytest.skip("../shared/data est absent : rien à comparer")
    with source.open(encoding="utf-8") as lines:
        expected = {row["code"]: row["secteur"] for row in csv.DictReader(lines, delimiter=";")}
    assert dict(referential.table("legal_statuses").select("code", "sector_code").iter_rows()) == expected


def test_sectors_are_proven_by_the_register_or_said_to_be_proposed(referential: Referential) -> None:
    """An organisation's sector is ``public`` as an origin only where the codesph of its sites proves it."""
    sites = pl.read_csv(SHIPPED_SITES, separator=";", infer_schema=False)
    proof = dict(referential.table("psph_codes").select("code", "sector_code").iter_rows())
    french = referential.table("organisations").filter(pl.col("country_code") == "FR")
    assert len(french) >= 13
    for row in french.iter_rows(named=True):
        codes = sites.filter(pl.col("nofinessej") == row["code"])["codesph"].drop_nulls()
        proven = {proof[code] for code in codes} - {"inconnu"}
        if proven:
            assert (proven, "public") == ({row["sector_code"]}, row["sector_origin"])
        else:
            assert row["sector_code"] == "inconnu" or row["sector_origin"] == "proposed"


def test_health_establishments_are_those_with_a_flagged_site(referential: Referential) -> None:
    sites = pl.read_csv(SHIPPED_SITES, separator=";", infer_schema=False)
    flagged = referential.table("aggregate_categories").filter("is_health_establishment")["code"]
    with_flagged_site = set(sites.filter(pl.col("categagretab").is_in(flagged.implode()))["nofinessej"])
    french = referential.table("organisations").filter(pl.col("country_code") == "FR")
    assert set(french.filter("is_health_establishment")["code"]) == with_flagged_site


def test_the_four_members(referential: Referential) -> None:
    members = referential.table("organisations").filter("member_gcs")["code"]
    assert set(members) == {"630780989", "380780080", "690781810", "420784878"}
