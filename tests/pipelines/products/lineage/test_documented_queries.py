"""The queries of the engineers' page lead from a dashboard's figure to its cells, as they are written there."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sources.home.home import Home

PAGE = Path(__file__).parents[4] / "docs" / "developpement.md"
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def connection(demo_home: Home) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(demo_home.current_release.resolve()), read_only=True)


def answer(connection: duckdb.DuckDBPyConnection, part: str) -> list[dict[str, Any]]:
    """The rows of the page's only query that holds ``part``."""
    [query] = [query for query in QUERIES if part in query]
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def test_a_score_of_the_matrix_leads_to_all_its_cells(connection: duckdb.DuckDBPyConnection) -> None:
    rows = answer(connection, "mart_score_lineage")
    [(assessors, establishments)] = connection.execute(
        "select assessor_count, establishment_count from mart_portfolio_matrix where use_case_code = 'CAT-001' "
        "and campaign_code = 'DEMO-2026' and perimeter_code = 'gcs' and profile_code = 'equilibre'"
    ).fetchall()
    assert len({(row["organisation_label"], row["assessor_code"]) for row in rows}) == assessors
    assert len({row["organisation_label"] for row in rows}) == establishments
    answered = [row for row in rows if row["answer_text"]]
    assert len(answered) > 50
    assert all(row["file_name"] and row["sheet"] and row["received_on"] for row in rows)
    assert all(re.fullmatch(r"[A-Z]+\d+", row["cell"]) for row in answered)


def test_a_count_of_deployed_projects_leads_to_the_cells_of_their_status(connection: duckdb.DuckDBPyConnection) -> None:
    rows = answer(connection, "fct_project_status")
    pairs = connection.execute(
        "select distinct use_case_code, organisation_code from mart_cartography "
        "where is_deployed and source_code = 'GCS'"
    ).fetchall()
    assert pairs and {(row["use_case_code"], row["organisation_code"]) for row in rows} == set(pairs)
    assert all(row["file_name"] and row["sheet"] and row["cell"] for row in rows)
