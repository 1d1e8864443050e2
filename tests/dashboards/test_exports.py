"""What is taken out of Superset as CSV, by the call that the page makes: French columns, decimal commas, accents."""

import csv
import io
from collections.abc import Sequence

import duckdb
import openpyxl
import pytest

from dashboards.publishing.client import Session
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

CHOSEN = {"campaign_label": "Démonstration 2026", "perimeter_label": "GCS (membres)", "profile_label": "Équilibré"}
MATRIX, RANKING = "mart_portfolio_matrix", "mart_portfolio_matrix_function"


@pytest.fixture(scope="module")
def coordinator(server: Server) -> Session:
    return Session(server.url, "editeur", server.password("editeur"))


def exported(
    coordinator: Session,
    columns: list[str],
    order: str,
    metrics: Sequence[str] = (),
    table: str = MATRIX,
    to: str = "csv",
) -> bytes:
    """The bytes of the file that the menu of a chart gives."""
    [dataset] = [item for item in coordinator.every("dataset") if item["table_name"] == table]
    query = {
        "columns": columns,
        "metrics": metrics,
        "filters": [{"col": column, "op": "==", "val": value} for column, value in CHOSEN.items()],
        "orderby": [[order, True]],
        "row_limit": 1000,
    }
    body = {
        "datasource": {"id": dataset["id"], "type": "table"},
        "queries": [query],
        "result_format": to,
        "result_type": "post_processed",
    }
    response = coordinator.session.post(f"{coordinator.base_url}/chart/data", json=body, timeout=60)
    assert response.status_code == 200, response.text[:300]
    return bytes(response.content)


def test_an_export_has_semicolons_decimal_commas_and_opens_in_a_french_spreadsheet(
    coordinator: Session, published: duckdb.DuckDBPyConnection
) -> None:
    content = exported(coordinator, ["use_case_title", "impact_score"], "use_case_title")
    assert content.startswith(b"\xef\xbb\xbf"), "a spreadsheet takes UTF-8 without a mark for something else"
    headings, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert headings == ["Cas d'usage", "Impact"]
    expected = published.execute(
        "select use_case_title, impact_score from mart_portfolio_matrix "
        "where campaign_label = ? and perimeter_label = ? and profile_label = ? order by use_case_title collate fr",
        list(CHOSEN.values()),
    ).fetchall()
    assert [row[0] for row in rows] == [title for title, _ in expected]
    assert [row[1] for row in rows if "," in row[1]], "some score has decimals"
    for row, (_, impact) in zip(rows, expected, strict=True):
        assert "." not in row[1]
        assert row[1] == "" if impact is None else float(row[1].replace(",", ".")) == pytest.approx(float(impact))


def test_a_link_to_another_page_stays_out_of_files(coordinator: Session) -> None:
    asked = (["use_case_title"], "use_case_title", ["Impact", "fiche_link"], RANKING)
    [headings, *_] = csv.reader(io.StringIO(exported(coordinator, *asked).decode("utf-8-sig")), delimiter=";")
    workbook = openpyxl.load_workbook(io.BytesIO(exported(coordinator, *asked, to="xlsx")))
    assert headings == [cell.value for cell in workbook.worksheets[0][1]] == ["Cas d'usage", "Impact"]


def test_capital_letters_with_accents_stand_where_french_puts_them(coordinator: Session) -> None:
    content = exported(coordinator, ["quadrant_label"], "quadrant_label")
    _, *rows = content.decode("utf-8-sig").split()
    assert rows[0] == "À"
