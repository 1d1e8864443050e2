"""An establishment's reader who tries, by every way there is, to see another's answers: refused or filtered.

The attempts go through Superset's API, which the page itself uses; what the page shows is in test_reader_page.py.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest
import requests

from dashboards.client import Session
from tests.dashboards.attacker import Place, Reader, is_refused
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

OWN, OTHER = "690781810", "420784878"
MATRIX, ANSWERS = (
    ("mart_reader_matrix", "Mes scores et ceux du GCS"),
    (
        "mart_reader_answer",
        "Mes réponses, cellule par cellule",
    ),
)
SUBMISSIONS = ("mart_reader_submission", "Mes envois")
REJECTED = ("mart_reader_rejected_cell", "Mes cellules à corriger")
WHO = ("mart_reader_cartography", "Qui a déployé quoi, avec quelle preuve")
NOTICE = ("mart_reader_notice", "Ce que montre la page de mon établissement")


@pytest.fixture(scope="module")
def place(server: Server) -> Place:
    return Place.seen_by(Session(server.url, "admin", server.password("admin")))


@pytest.fixture(scope="module")
def reader(server: Server, place: Place) -> Reader:
    return Reader(Session(server.url, "lecteur-hcl", server.password("lecteur-hcl")), place)


@pytest.fixture(scope="module")
def stranger(server: Server, place: Place) -> Reader:
    """A reader to whom no establishment was given."""
    return Reader(Session(server.url, "lecteur-sans", server.password("lecteur-sans")), place)


def sql(text: str, label: str = "x") -> dict[str, Any]:
    return {"expressionType": "SQL", "sqlExpression": text, "label": label}


def equals(column: str, value: Any) -> list[dict[str, Any]]:
    return [{"col": column, "op": "==", "val": value}]


# --- filtered: the answer comes, and holds the reader's own rows alone ---------------------------------------------

FILTERED: dict[str, Callable[[Reader], requests.Response]] = {
    "the chart as the page asks": lambda r: r.ask(*MATRIX, columns=["reader_organisation_code", "use_case_title"]),
    "chart data with other columns": lambda r: r.ask(*ANSWERS, columns=["reader_organisation_code", "cell"]),
    "every column of every answer": lambda r: r.ask(
        *ANSWERS, columns=["reader_organisation_code", "file_name", "sheet", "cell", "answer_text", "assessor_code"]
    ),
    "others' submissions": lambda r: r.ask(*SUBMISSIONS, columns=["reader_organisation_code", "file_name"]),
    "others' rejected cells": lambda r: r.ask(*REJECTED, columns=["reader_organisation_code", "cell"]),
    "samples of a dataset of the page": lambda r: r.ask(*ANSWERS, result_type="samples"),
    "drill to detail": lambda r: r.ask(*SUBMISSIONS, result_type="drill_detail"),
    "no form data filters": lambda r: r.ask(
        *MATRIX, claim={"extra_form_data": {}, "filters": []}, columns=["reader_organisation_code"]
    ),
    "grouped by the other's column": lambda r: r.ask(
        *ANSWERS, columns=["reader_organisation_code"], metrics=["answer_count"]
    ),
    "filter asking for both": lambda r: r.ask(
        *MATRIX,
        columns=["reader_organisation_code"],
        filters=[{"col": "reader_organisation_code", "op": "IN", "val": [OWN, OTHER]}],
    ),
    "filter of everything but oneself, negated": lambda r: r.ask(
        *MATRIX,
        columns=["reader_organisation_code"],
        filters=[{"col": "reader_organisation_code", "op": "NOT IN", "val": ["nobody"]}],
    ),
    "forced, past any cache": lambda r: r.ask(*ANSWERS, columns=["reader_organisation_code"], force=True),
    "the columns of a filter": lambda r: r.ask(
        "mart_reader_choice",
        "",
        claim={"type": "NATIVE_FILTER", "native_filter_id": "NATIVE_FILTER-establishment"},
        columns=["reader_organisation_code"],
    ),
    "claiming to be another account": lambda r: r.ask(
        *MATRIX, claim={"username": "admin", "user_id": 1}, columns=["reader_organisation_code"]
    ),
}


@pytest.mark.parametrize("attempt", FILTERED)
def test_an_attempt_gives_the_readers_own_rows_alone(reader: Reader, stranger: Reader, attempt: str) -> None:
    rows = reader.rows(FILTERED[attempt](reader))
    assert rows
    assert {row["reader_organisation_code"] for row in rows} == {OWN}
    assert stranger.rows(FILTERED[attempt](stranger)) == []


@pytest.mark.parametrize("table", [MATRIX, ANSWERS, SUBMISSIONS, REJECTED])
def test_asking_for_the_other_by_name_gives_nothing(reader: Reader, table: tuple[str, str]) -> None:
    answer = reader.ask(*table, columns=["campaign_code"], filters=equals("reader_organisation_code", OTHER))
    assert reader.rows(answer) == []


# --- refused ------------------------------------------------------------------------------------------------------

REFUSED: dict[str, Callable[[Reader], requests.Response]] = {
    "a mart of coordinators, by the reader's chart": lambda r: r.ask(
        "mart_portfolio_matrix_function", MATRIX[1], columns=["use_case_title"]
    ),
    "a mart of coordinators, by its own chart on the reader's page": lambda r: r.ask(
        "mart_portfolio_matrix_function", "Matrice impact × effort", columns=["use_case_title"]
    ),
    "a mart of coordinators, by its own chart and page": lambda r: r.ask(
        "mart_portfolio_matrix_function", "Matrice impact × effort", "matrice", columns=["use_case_title"]
    ),
    "a filter of the coordinators' page": lambda r: r.ask(
        "mart_portfolio_choice",
        "",
        "matrice",
        claim={"type": "NATIVE_FILTER", "native_filter_id": "NATIVE_FILTER-perimeter"},
        columns=["perimeter_label"],
    ),
    "a filter claimed on the reader's page": lambda r: r.ask(
        "mart_portfolio_matrix_function",
        "",
        claim={"type": "NATIVE_FILTER", "native_filter_id": "NATIVE_FILTER-establishment"},
        columns=["perimeter_label"],
    ),
    "no page at all": lambda r: r.send(
        "POST",
        "chart/data",
        json={
            "datasource": {"id": r.place.datasets["mart_reader_answer"], "type": "table"},
            "queries": [{"columns": ["cell"], "metrics": []}],
        },
    ),
    "an expression as a metric": lambda r: r.ask(*MATRIX, metrics=[sql("MIN(impact_score)")]),
    "an expression as a column": lambda r: r.ask(*MATRIX, columns=[sql("reader_organisation_code || ''")]),
    "a sub-query": lambda r: r.ask(*MATRIX, metrics=[sql("(SELECT MIN(impact_min_score) FROM mart_portfolio_matrix)")]),
    "DuckDB's query that begins with FROM": lambda r: r.ask(
        *MATRIX, metrics=[sql("(FROM mart_portfolio_matrix SELECT MIN(impact_min_score))")]
    ),
    "a file, by an expression": lambda r: r.ask(
        *MATRIX, metrics=[sql("(SELECT content FROM read_text('/etc/passwd'))")]
    ),
    "a condition that opens the row rule": lambda r: r.ask(
        *ANSWERS, columns=["cell"], extras={"where": "1 = 1) OR (1 = 1"}
    ),
    "a condition on groups": lambda r: r.ask(
        *ANSWERS, columns=["cell"], metrics=["answer_count"], extras={"having": "COUNT(*) > 0"}
    ),
    "an order by expression": lambda r: r.ask(
        *MATRIX, columns=["use_case_code"], orderby=[[sql("impact_score"), True]]
    ),
    "a column that is not in the dataset": lambda r: r.ask(*MATRIX, columns=["impact_min_score"]),
    "the others' spread": lambda r: r.ask(*MATRIX, columns=["impact_stddev_score"]),
    "a column spelt as an expression": lambda r: r.ask(*MATRIX, columns=["1; DROP TABLE x"]),
    "SQL": lambda r: r.send("POST", "sqllab/execute/", json={"database_id": 1, "sql": "select 1"}),
    "SQL, as a CSV": lambda r: r.send("GET", "sqllab/export/1/"),
    "the samples of a dataset": lambda r: r.send(
        "POST", f"datasource/samples?datasource_type=table&datasource_id={r.place.datasets['mart_reader_answer']}"
    ),
    "the values of a column": lambda r: r.send(
        "GET", f"datasource/table/{r.place.datasets['mart_portfolio_matrix_function']}/column/perimeter_label/values/"
    ),
    "the list of datasets": lambda r: r.send("GET", "dataset/"),
    "a dataset": lambda r: r.send("GET", f"dataset/{r.place.datasets['mart_reader_answer']}"),
    "the list of databases": lambda r: r.send("GET", "database/"),
    "the datasets of another page": lambda r: r.send("GET", "dashboard/matrice/datasets"),
    "the charts of another page": lambda r: r.send("GET", "dashboard/matrice/charts"),
    "another page": lambda r: r.send("GET", "dashboard/matrice"),
    "a chart of another page": lambda r: r.send("GET", f"chart/{r.place.charts['Matrice impact × effort']}"),
    "the data of a chart of another page": lambda r: r.send(
        "GET", f"chart/{r.place.charts['Matrice impact × effort']}/data/"
    ),
    "an export of charts": lambda r: r.send("GET", "chart/export/", params={"q": "!(1)"}),
    "an export of pages": lambda r: r.send("GET", "dashboard/export/", params={"q": "!(1)"}),
    "a cached result": lambda r: r.send("GET", "chart/data/0123456789abcdef"),
    "a new chart": lambda r: r.send(
        "POST",
        "chart/",
        json={
            "slice_name": "x",
            "viz_type": "table",
            "datasource_id": r.place.datasets["mart_portfolio_matrix_function"],
            "datasource_type": "table",
        },
    ),
    "its own chart, turned to another mart": lambda r: r.send(
        "PUT",
        f"chart/{r.place.charts[MATRIX[1]]}",
        json={"datasource_id": r.place.datasets["mart_portfolio_matrix_function"], "datasource_type": "table"},
    ),
    "a page of its own": lambda r: r.send("POST", "dashboard/", json={"dashboard_title": "x"}),
    "the rules of rows": lambda r: r.send("GET", "rowlevelsecurity/"),
    "a rule of its own": lambda r: r.send("POST", "rowlevelsecurity/", json={"name": "x"}),
    "the accounts": lambda r: r.send("GET", "security/users/"),
    "the roles": lambda r: r.send("GET", "security/roles/"),
    "a role more": lambda r: r.send("PUT", "security/users/1", json={"roles": [1]}),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_an_attempt_is_refused(reader: Reader, attempt: str) -> None:
    response = REFUSED[attempt](reader)
    assert is_refused(response), (response.status_code, response.text[:300])
    assert "root:" not in response.text


# --- subtraction and combinations ---------------------------------------------------------------------------------


def test_a_score_of_the_gcs_has_three_others_behind_each_side(
    reader: Reader, published: duckdb.DuckDBPyConnection
) -> None:
    """Counted again from the answers: with two others, a subtraction would give the one from the other."""
    rows = reader.rows(
        reader.ask(*MATRIX, columns=["campaign_code", "use_case_code"], filters=equals("view_code", "gcs"))
    )
    assert rows
    for row in rows:
        [(fewest,)] = published.execute(
            "select min(others) from ("
            "select q.criterion_code[1:3] as side, count(distinct a.organisation_code) as others "
            "from fct_assessment_answer a join dim_establishment e using (organisation_code) "
            "join dim_question q using (question_code) "
            "where e.is_gcs_member and a.is_scored and a.value_score is not null and a.organisation_code <> ? "
            "and a.campaign_code = ? and a.use_case_code = ? group by all)",
            [OWN, row["campaign_code"], row["use_case_code"]],
        ).fetchall()
        assert fewest >= 3, row


def test_what_is_left_after_taking_ones_own_away_is_three_others_together(
    reader: Reader, published: duckdb.DuckDBPyConnection
) -> None:
    """The best that a subtraction gives is no single establishment's score."""
    columns = ["campaign_code", "use_case_code", "view_code", "impact_score", "other_establishment_count"]
    rows = reader.rows(reader.ask(*MATRIX, columns=columns, filters=equals("profile_code", "equilibre")))
    scores = {
        (r["campaign_code"], r["use_case_code"], r["view_code"]): Decimal(str(r["impact_score"] or 0)) for r in rows
    }
    shared = [key for key in scores if key[2] == "gcs"]
    assert shared
    for campaign, use_case, _ in shared:
        singles = [
            row[0]
            for row in published.execute(
                "select impact_score from mart_portfolio_matrix where perimeter_kind = 'etablissement' "
                "and profile_code = 'equilibre' and campaign_code = ? and use_case_code = ? "
                "and impact_score is not null",
                [campaign, use_case],
            ).fetchall()
        ]
        own = scores.get((campaign, use_case, "own"))
        count = len(singles)
        rest = (scores[campaign, use_case, "gcs"] * count - own) if own is not None else None
        assert rest is None or rest not in singles


def test_narrowing_by_every_combination_of_filters_never_shows_a_score_that_was_not_shown(reader: Reader) -> None:
    def shown(filters: list[dict[str, Any]]) -> set[tuple[str, ...]]:
        columns = ["campaign_code", "profile_code", "use_case_code", "impact_score", "effort_score", "view_code"]
        return {
            tuple(map(str, row.values())) for row in reader.rows(reader.ask(*MATRIX, columns=columns, filters=filters))
        }

    everything = shown([])
    for column, value in (
        ("view_code", "gcs"),
        ("axis_label", "Innovation médicale"),
        ("quadrant_code", "a_ecarter"),
        ("other_establishment_count", 3),
        ("is_demonstration", True),
    ):
        for other in ("profile_code", "campaign_code"):
            for wanted in ({"profile_code": "clinique", "campaign_code": "DEMO-2025"}[other],):
                assert shown([*equals(column, value), *equals(other, wanted)]) <= everything


def test_metrics_mix_no_establishments(reader: Reader, published: duckdb.DuckDBPyConnection) -> None:
    """A mean over what the reader does not see cannot be asked for: each metric counts its own rows."""
    [row] = reader.rows(reader.ask(*ANSWERS, metrics=["answer_count"]))
    [(own,)] = published.execute(
        "select count(*) from fct_assessment_answer where organisation_code = ?", [OWN]
    ).fetchall()
    assert row["answer_count"] == own


def test_confidential_use_cases_and_inventories_are_left_out(
    reader: Reader, published: duckdb.DuckDBPyConnection
) -> None:
    seen = {row["use_case_code"] for row in reader.rows(reader.ask(*WHO, columns=["use_case_code"]))}
    allowed = {
        row[0]
        for row in published.execute(
            "select use_case_code from dim_use_case where not is_confidential and source_code = 'GCS'"
        ).fetchall()
    }
    assert seen
    assert seen <= allowed


def test_an_export_is_filtered_like_the_page_and_written_in_french(reader: Reader) -> None:
    response = reader.ask(*SUBMISSIONS, columns=["reader_organisation_code", "taken_count"], result_format="csv")
    assert response.status_code == requests.codes.ok
    lines = response.content.decode("utf-8-sig").strip().splitlines()
    assert ";" in lines[0]
    assert len(lines) > 1
    assert all(line.startswith(OWN) for line in lines[1:])


def test_the_reader_lists_its_own_page_alone(reader: Reader) -> None:
    assert {page["slug"] for page in reader.session.every("dashboard")} == {"etablissement"}
