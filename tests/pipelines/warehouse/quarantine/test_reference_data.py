"""An inventory that stops the warehouse holds up no hospital's drop: it is set aside, and said."""

from pipelines.operations.doctor.diagnosis import diagnose
from pipelines.operations.status import read_status
from sources.archive.archive_events import sources_set_aside
from sources.inventories.mapping import SHIPPED_MAPPINGS
from sources.referential.loader import load_referential
from sources.versions.reference_loading import take_inventory
from tests.pipelines.conftest import Installation

HEADINGS = (
    "id,3_abr,4_bureau,2_use_case_name,11_purpose_benefits,16_dev_stage,8_topic_area,10_commercial_ai,22_dev_method,"
    "18_date_initiated,19_date_acq_dev_began,20_date_implemented,21_date_retired\n"
)


def test_an_inventory_that_breaks_the_models_is_set_aside_and_the_drop_published(installation: Installation) -> None:
    """Its source and its key, put together, are a code of the shipped inventory: the unique test fails."""
    home = installation.home
    [(taken,)] = installation.query("select min(use_case_code) from mart_inventory_record")
    home.referential.mkdir(exist_ok=True)
    (home.referential / "sources.csv").write_text("code;label;origin;kind\nUS;Autre;public;etranger\n")
    text = (SHIPPED_MAPPINGS / "us_2024.toml").read_text().replace('"US-2024"', '"US"')
    start, end = text.index("[key]"), text.index("[columns]\nbureau")
    (home.root / "mappings").mkdir(exist_ok=True)
    (home.root / "mappings" / "us.toml").write_text(text[:start] + '[key]\ncolumns = ["id"]\n\n' + text[end:])
    (home.root / "us.csv").write_text(HEADINGS + f"{taken.removeprefix('US-')},VA,VHA,Nom,But,Initiated,,,,,,,\n")
    take_inventory(home, home.root / "us.csv", "us", load_referential(home.referential))
    installation.drop("deux", "bon.xlsx", assessor="MED-72")
    assert installation.run().success
    [aside] = sources_set_aside(home).values()
    assert aside.name == "us"
    assert installation.query("select count(*) from fct_assessment where assessor_code like '%MED-72'") == [(1,)]
    assert installation.query("select count(*) from mart_inventory_record") == [(500,)]
    assert any("Inventaire mis de côté : us" in line for line in read_status(home).as_lines())
    assert "D0307" in {finding.code for finding in diagnose(home)}
