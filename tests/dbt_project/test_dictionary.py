"""The data dictionary has no holes: every model has its YAML beside it, every published column its words.

The unit tests of the models run here too, on the relations of an empty lake.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.dbt_project.conftest import PROJECT, Warehouse, failures
from tests.dbt_project.small_lake import SmallLake

MODELS = sorted((PROJECT / "models").rglob("*.sql"))
PUBLISHED = ("dim_", "bridge_", "fct_", "mart_")


@pytest.fixture(scope="module")
def columns(warehouse: Warehouse) -> dict[str, set[str]]:
    """The columns of each relation of the warehouse."""
    with warehouse.build(SmallLake()) as connection:
        return read_columns(connection)


def read_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    query = "select table_name, column_name from information_schema.columns"
    for table, column in connection.execute(query).fetchall():
        found.setdefault(table, set()).add(column)
    return found


def described(model: Path) -> dict[str, Any]:
    [description] = yaml.safe_load(model.with_suffix(".yml").read_text())["models"]
    return dict(description)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_a_model_says_what_it_is(model: Path) -> None:
    description = described(model)
    assert description["name"] == model.stem
    assert description["config"]["meta"].keys() >= {"grain", "label_fr"}
    assert f"Grain: {description['config']['meta']['grain']}." in description["description"]


@pytest.mark.parametrize("model", [m for m in MODELS if m.stem.startswith(PUBLISHED)], ids=lambda model: model.stem)
def test_every_published_column_is_described_in_both_languages(model: Path, columns: dict[str, set[str]]) -> None:
    rows = described(model)["columns"]
    assert {row["name"] for row in rows} == columns[model.stem]
    for row in rows:
        assert row["description"] and row["config"]["meta"]["label_fr"]
        has_unit = row["name"].endswith(("_score", "_share"))
        assert not has_unit or row["config"]["meta"]["unit"], row["name"]


def test_no_published_table_names_a_path(columns: dict[str, set[str]]) -> None:
    """Only staging reads the lake: what is published holds rows, not views on a folder."""
    readers = [model.stem for model in MODELS if "source('lake'" in model.read_text()]
    assert all(name.startswith("stg_") for name in readers)
    assert columns


def test_unit_tests_of_the_models_pass(warehouse: Warehouse, columns: dict[str, set[str]]) -> None:
    outcome = warehouse.invoke("test", "--select", "test_type:unit")
    assert outcome.success, failures(outcome)
    assert len(outcome.result.results) >= 5
