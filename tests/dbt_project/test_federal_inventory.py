"""The real federal inventory: marts count what a reader of the raw file counts, every difference explained.

The count is made here with the standard library alone, on the shipped rows (HHS and VA) and, where it is there, on the
whole raw file. ``docs/inventaire-federal.md`` says the differences in words; its numbers are held here.
"""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from sources.inventories.loader import SHIPPED_INVENTORIES, load_inventory
from sources.inventories.mapping import SHIPPED_MAPPINGS
from sources.referential.loader import load_referential
from tests.dbt_project.conftest import Warehouse, failures
from tests.dbt_project.small_lake import SmallLake

ROOT = Path(__file__).parents[2]
RAW = ROOT.parent / "shared" / "data" / "omb_2024_ai_inventory_raw.csv.gz"
EXPLAINED = ROOT / "docs" / "inventaire-federal.md"
AGENCY, TOPIC, STAGE, NAME = "3_abr", "8_topic_area", "16_dev_stage", "2_use_case_name"
SAME = (AGENCY, "4_bureau", NAME, "11_purpose_benefits", STAGE)
DATE_OF = {
    "Initiated": "18_date_initiated",
    "Acquisition and/or Development": "19_date_acq_dev_began",
    "Implementation and Assessment": "20_date_implemented",
    "Operation and Maintenance": "20_date_implemented",
    "In production": "20_date_implemented",
    "In mission": "20_date_implemented",
    "Retired": "21_date_retired",
}

Rows = list[dict[str, str]]


def raw_rows(path: Path) -> Rows:
    """The file as it is: no blank taken away, no row left out."""
    return list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8-sig"), newline="")))


def tidy(text: str) -> str:
    """Blanks folded and cut at the ends; « N/A » says nothing."""
    folded = " ".join(text.split())
    return "" if folded.casefold() in ("n/a", "na") else folded


def without_duplicates(rows: Rows) -> Rows:
    first: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        first.setdefault(tuple(tidy(row[column]).casefold() for column in SAME), row)
    return list(first.values())


def written_date(row: dict[str, str]) -> str:
    """What the file says of the day on which the stage of the row was reached."""
    column = DATE_OF.get(tidy(row[STAGE]))
    return tidy(row[column]) if column else ""


def is_a_day(text: str) -> bool:
    try:
        return datetime.strptime(text, "%m/%d/%Y").date() >= date(1990, 1, 1)
    except ValueError:
        return False


def agencies(rows: Rows) -> list[str]:
    return sorted({row[AGENCY] for row in rows})


class Loaded:
    """Raw rows, and the warehouse that was built from them."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, read: int, duplicates: int) -> None:
        self.raw = raw_rows(path)
        self.kept = without_duplicates(self.raw)
        self.connection, self.read, self.duplicates = connection, read, duplicates

    def counted(self, *columns: str) -> Counter[tuple[str, ...]]:
        """The rows of the mart by the text of columns, empty for null; the organisation by its agency."""
        names = ", ".join(f"coalesce({column}, '')" for column in columns)
        found = self.connection.execute(f"select {names}, count(*) from mart_inventory_record group by all").fetchall()
        return Counter({tuple(text.removeprefix("US-") for text in row[:-1]): row[-1] for row in found})


def with_every_agency(folder: Path, path: Path, lake: SmallLake) -> Path:
    """A site's mapping that names every agency of the file, and their rows in the site's referential."""
    mapping = tomllib.loads((SHIPPED_MAPPINGS / "us_2024.toml").read_text())
    names = {agency: f"US-{agency}" for agency in agencies(raw_rows(path))}
    for agency, code in names.items():
        if code not in mapping["rows"]["organisations"].values():
            lake.add_site_row(
                "organisations", code=code, label=agency, sector_code="etranger", sector_origin="public",
                member_gcs="non", country_code="US", is_health_establishment="non", source_code="US-2024",
            )  # fmt: skip
    text = (SHIPPED_MAPPINGS / "us_2024.toml").read_text()
    start = text.index("[rows.organisations]")
    listed = "".join(f'"{agency}" = "{code}"\n' for agency, code in names.items())
    folder.mkdir()
    (folder / "us_entier.toml").write_text(
        text[:start] + "[rows.organisations]\n" + listed + "\n" + text[text.index("# Deux lignes", start) :]
    )
    return folder


@pytest.fixture(
    scope="module",
    params=[
        "shipped",
        pytest.param("whole", marks=pytest.mark.skipif(not RAW.exists(), reason="../shared/data est absent")),
    ],
)
def loaded(
    request: pytest.FixtureRequest, warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    lake = SmallLake()
    folder = tmp_path_factory.mktemp("inventory")
    if request.param == "shipped":
        path, code, mappings = SHIPPED_INVENTORIES["us_2024"], "us_2024", None
    else:
        path, code, mappings = RAW, "us_entier", with_every_agency(folder / "mappings", RAW, lake)
    warehouse.write(lake)
    report = load_inventory(path, code, warehouse.lake, mappings, load_referential(warehouse.root / "site"))
    outcome = warehouse.invoke("run", "--select", "+mart_inventory_record", "+fct_project_status")
    assert outcome.success, failures(outcome)
    with duckdb.connect(str(warehouse.file), read_only=True) as connection:
        yield Loaded(path, connection, report.read_count, report.duplicate_count)


def test_every_record_is_counted_once_but_the_duplicates(loaded: Loaded) -> None:
    assert loaded.read == len(loaded.raw)
    assert loaded.duplicates == len(loaded.raw) - len(loaded.kept)
    assert loaded.counted("organisation_code") == Counter((row[AGENCY],) for row in loaded.kept)


def test_topics_are_those_of_the_file_but_for_blanks_at_their_ends(loaded: Loaded) -> None:
    expected = Counter((row[AGENCY], tidy(row[TOPIC])) for row in loaded.kept)
    assert loaded.counted("organisation_code", "topic") == expected
    padded = [row for row in loaded.kept if row[TOPIC] != tidy(row[TOPIC])]
    assert sum(Counter(row[TOPIC] for row in loaded.kept).values()) == sum(expected.values())
    assert {row[TOPIC].strip() for row in padded} <= {topic for _, topic in expected}


def test_stages_are_those_of_the_file_and_each_has_its_status(loaded: Loaded) -> None:
    assert loaded.counted("organisation_code", "status_text") == Counter(
        (row[AGENCY], tidy(row[STAGE])) for row in loaded.kept
    )
    stages = tomllib.loads((SHIPPED_MAPPINGS / "us_2024.toml").read_text())["translations"]["status_code"]["values"]
    assert loaded.counted("organisation_code", "status_code") == Counter(
        (row[AGENCY], stages.get(tidy(row[STAGE]), "")) for row in loaded.kept
    )


def test_days_are_those_of_the_file_but_the_damaged_ones(loaded: Loaded) -> None:
    [(dated,)] = loaded.connection.execute("select count(status_reached_on) from mart_inventory_record").fetchall()
    written = [written_date(row) for row in loaded.kept if written_date(row)]
    assert dated == sum(map(is_a_day, written))
    facts = loaded.connection.execute(
        "select count(reached_on) from fct_project_status semi join mart_inventory_record using (use_case_code)"
    ).fetchall()
    assert facts == [(dated,)]


def test_the_differences_are_explained_with_these_numbers(loaded: Loaded) -> None:
    explained = EXPLAINED.read_text()
    column = 2 if len(loaded.raw) > 1000 else 1
    said = {
        cells[0]: cells[column]
        for line in explained.splitlines()
        if line.startswith("| ") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 3
    }
    written = [written_date(row) for row in loaded.kept if written_date(row)]
    found = {
        "Lignes du fichier": len(loaded.raw),
        "Doublons": loaded.duplicates,
        "Cas d'usage dans les tables": len(loaded.kept),
        "Thèmes entourés de blancs": sum(row[TOPIC] != tidy(row[TOPIC]) for row in loaded.kept),
        "Noms entourés ou coupés de blancs": sum(row[NAME] != tidy(row[NAME]) for row in loaded.kept),
        "Sans thème": sum(not tidy(row[TOPIC]) for row in loaded.kept),
        "Sans étape": sum(not tidy(row[STAGE]) for row in loaded.kept),
        "Dates abîmées": sum(not is_a_day(text) for text in written),
        "Dates prises": sum(map(is_a_day, written)),
    }
    assert {name: said.get(name) for name in found} == {name: str(count) for name, count in found.items()}
