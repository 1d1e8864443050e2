"""An establishment's reader who tries, by every way there is, to see another's answers or to keep the server busy.

The attempts go through Superset's API, which the page itself uses; what the page shows is in test_reader_page.py. A
reader's question is answered where one of the page's charts or filters asks it, and then with its own rows alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
import requests

from dashboards.publishing.client import Session
from tests.attempts.attacker import Place, Reader, is_refused, question_of
from tests.dashboards.conftest import Server
from tests.dashboards.installation import READER_PAGES

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


# --- answered: what the page asks, with the reader's own rows alone ------------------------------------------------

ORGANISATION = "reader_organisation_label"


@pytest.mark.parametrize("chart", [MATRIX, ANSWERS, SUBMISSIONS, REJECTED])
def test_what_the_page_asks_gives_the_readers_own_rows_and_a_stranger_none(
    reader: Reader, stranger: Reader, published: duckdb.DuckDBPyConnection, chart: tuple[str, str]
) -> None:
    """Would have shown every establishment's rows to any reader."""
    table = chart[0]
    [(own,)] = published.execute(f"select count(*) from {table} where reader_organisation_code = ?", [OWN]).fetchall()
    rows = reader.rows(reader.ask_as_page(*chart))
    assert 0 < len(rows) <= own
    assert stranger.rows(stranger.ask_as_page(*chart)) == []


@pytest.mark.parametrize("chart", [MATRIX, ANSWERS, SUBMISSIONS, REJECTED])
def test_asking_for_the_other_by_name_gives_nothing(
    reader: Reader, published: duckdb.DuckDBPyConnection, chart: tuple[str, str]
) -> None:
    """Would have shown the rows of the establishment that a forged filter names."""
    [(name,)] = published.execute(
        "select organisation_title from dim_establishment where organisation_code = ?", [OTHER]
    ).fetchall()
    forged = [{"col": ORGANISATION, "op": "IN", "val": [name]}]
    assert reader.rows(reader.ask_as_page(*chart, more_filters=forged)) == []


# --- other questions: the same datasets, asked what no chart asks ---------------------------------------------------

HISTOGRAM = {"operation": "histogram", "options": {"column": "Impact", "groupby": [], "bins": 2_000_000_000}}

OTHER_QUESTIONS: dict[str, Callable[[Reader], requests.Response]] = {
    "other columns": lambda r: r.ask(*ANSWERS, columns=["reader_organisation_code", "cell"]),
    "every column of every answer": lambda r: r.ask(
        *ANSWERS, columns=["reader_organisation_code", "file_name", "sheet", "cell", "answer_text", "assessor_code"]
    ),
    "a part of the columns": lambda r: r.ask_as_page(*MATRIX, columns=["view_label"]),
    "metrics alone, over all rows": lambda r: r.ask_as_page(*MATRIX, columns=[]),
    "samples of a dataset of the page": lambda r: r.ask_as_page(*ANSWERS, result_type="samples"),
    "drill to detail": lambda r: r.ask_as_page(*SUBMISSIONS, result_type="drill_detail"),
    "the SQL behind": lambda r: r.ask_as_page(*SUBMISSIONS, result_type="query"),
    "without the chart's own condition": lambda r: r.ask_as_page(*MATRIX, filters=[]),
    "a filter by a column that the page does not filter by": lambda r: r.ask_as_page(
        *MATRIX, more_filters=[{"col": "reader_organisation_code", "op": "IN", "val": [OWN, OTHER]}]
    ),
    "a filter by likeness": lambda r: r.ask_as_page(
        *MATRIX, more_filters=[{"col": "ranked_title", "op": "LIKE", "val": "%a%"}]
    ),
    "a long list of values": lambda r: r.ask_as_page(
        *MATRIX, more_filters=[{"col": "ranked_title", "op": "IN", "val": [str(n) for n in range(10_000)]}]
    ),
    "a long value": lambda r: r.ask_as_page(
        *MATRIX, more_filters=[{"col": "ranked_title", "op": "IN", "val": ["x" * 10_000]}]
    ),
    "many filters": lambda r: r.ask_as_page(
        *MATRIX, more_filters=[{"col": "ranked_title", "op": "IN", "val": ["x"]}] * 100
    ),
    "a histogram of two thousand million bins": lambda r: r.ask_as_page(*MATRIX, post_processing=[HISTOGRAM]),
    "a step of time of a nanosecond": lambda r: r.ask_as_page(
        *MATRIX, post_processing=[{"operation": "resample", "options": {"rule": "1ns", "method": "ffill"}}]
    ),
    "a forecast": lambda r: r.ask_as_page(
        *MATRIX, post_processing=[{"operation": "prophet", "options": {"time_grain": "P1D", "periods": 10**9}}]
    ),
    "a step that the page has, with a number": lambda r: r.ask_as_page(
        *MATRIX, post_processing=[{"operation": "pivot", "options": {"index": ["view_label"], "marginal": 10**9}}]
    ),
    "a row limit beyond the chart's": lambda r: r.ask_as_page(*SUBMISSIONS, row_limit=1_000_000),
    "the same question many times": lambda r: r.send(
        "POST", "chart/data", json={**_body(r), "queries": [_body(r)["queries"][0]] * 50}
    ),
    "the columns of a filter": lambda r: r.ask(
        "mart_reader_choice",
        "",
        claim={"type": "NATIVE_FILTER", "native_filter_id": "NATIVE_FILTER-establishment"},
        columns=["reader_organisation_code"],
    ),
    "a chart that is not there": lambda r: r.ask_as_page(*MATRIX, claim={"slice_id": 999_999}),
    "another chart's question": lambda r: r.ask_as_page(*MATRIX, claim={"slice_id": r.place.charts[SUBMISSIONS[1]]}),
    "samples, asked for by a question of the request": lambda r: _asked_within(r, result_type="samples"),
    "the SQL, asked for by a question of the request": lambda r: _asked_within(r, result_type="query"),
    "the columns, asked for by a question of the request": lambda r: _asked_within(r, result_type="columns"),
    "an aggregate that bears a metric's name": lambda r: _asked_within(r, metrics=[_HIDDEN, "Impact", "Taille"]),
    "an order that bears a metric's name": lambda r: _asked_within(r, orderby=[[_HIDDEN, True]]),
    "a column that bears another's name": lambda r: _asked_within(
        r, columns=[sql("reader_organisation_code", "ranked_title"), "view_label"]
    ),
    "a time that is none": lambda r: r.ask_as_page(*MATRIX, time_range="DATEADD(" * 100),
}


_HIDDEN = {
    "expressionType": "SIMPLE",
    "column": {"column_name": "reader_organisation_code"},
    "aggregate": "MAX",
    "label": "Effort",
    "isColumnReference": True,
    "sqlExpression": "Effort",
}


def _asked_within(reader: Reader, **changes: Any) -> requests.Response:
    """The chart's own question with something else in it, while the request around it says what the chart says."""
    body = _body(reader)
    body["queries"][0] |= changes
    return reader.send("POST", "chart/data", json=body)


def _body(reader: Reader) -> dict[str, Any]:
    return {
        "datasource": {"id": reader.place.datasets[MATRIX[0]], "type": "table"},
        "form_data": {"dashboardId": reader.place.pages["etablissement"], "slice_id": reader.place.charts[MATRIX[1]]},
        "queries": [question_of(MATRIX[1])],
    }


def test_the_question_that_these_attempts_change_is_answered(reader: Reader) -> None:
    assert reader.rows(reader.send("POST", "chart/data", json=_body(reader)))


@pytest.mark.parametrize("attempt", OTHER_QUESTIONS)
def test_a_question_that_no_chart_asks_is_refused(reader: Reader, attempt: str) -> None:
    """Would have shown columns that no page shows, or taken memory and time without bound."""
    response = OTHER_QUESTIONS[attempt](reader)
    assert is_refused(response), (response.status_code, response.text[:300])


def test_a_reader_who_claims_to_be_another_is_still_itself(reader: Reader) -> None:
    """Would have shown all rows to whoever writes an administrator's name into the question."""
    mine = reader.rows(reader.ask_as_page(*SUBMISSIONS))
    assert reader.rows(reader.ask_as_page(*SUBMISSIONS, claim={"username": "admin", "user_id": 1})) == mine


# --- refused ------------------------------------------------------------------------------------------------------

REFUSED: dict[str, Callable[[Reader], requests.Response]] = {
    "a mart of coordinators, by the reader's chart": lambda r: r.ask(
        "mart_portfolio_matrix_function", MATRIX[1], columns=["ranked_title"]
    ),
    "a mart of coordinators, by its own chart on the reader's page": lambda r: r.ask(
        "mart_portfolio_matrix_function", "Matrice impact × effort", columns=["ranked_title"]
    ),
    "a mart of coordinators, by its own chart and page": lambda r: r.ask(
        "mart_portfolio_matrix_function", "Matrice impact × effort", "matrice", columns=["ranked_title"]
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
    campaigns = dict(
        published.execute("select distinct campaign_label, campaign_code from mart_reader_matrix").fetchall()
    )
    codes = dict(published.execute("select ranked_title, use_case_code from mart_reader_matrix").fetchall())
    looked_at = 0
    for label, campaign in campaigns.items():
        chosen = [{"col": "campaign_label", "op": "IN", "val": [label]}]
        for row in reader.rows(reader.ask_as_page(*MATRIX, more_filters=chosen)):
            if "GCS" not in row["view_label"]:
                continue
            [(fewest,)] = published.execute(
                "select min(others) from ("
                "select q.criterion_code[1:3] as side, count(distinct a.organisation_code) as others "
                "from fct_assessment_answer a join dim_establishment e using (organisation_code) "
                "join dim_question q using (question_code) "
                "where e.is_gcs_member and a.is_scored and a.value_score is not null and a.organisation_code <> ? "
                "and a.campaign_code = ? and a.use_case_code = ? group by all)",
                [OWN, campaign, codes[row["ranked_title"]]],
            ).fetchall()
            assert fewest >= 3, row
            looked_at += 1
    assert looked_at


def test_narrowing_by_every_combination_of_filters_never_shows_a_score_that_was_not_shown(reader: Reader) -> None:
    """Would have shown, under a filter, a score that the page withholds."""

    def shown(filters: list[dict[str, Any]]) -> set[tuple[str, ...]]:
        return {tuple(map(str, row.values())) for row in reader.rows(reader.ask_as_page(*MATRIX, more_filters=filters))}

    def chosen(column: str, value: str) -> list[dict[str, Any]]:
        return [{"col": column, "op": "IN", "val": [value]}]

    for campaign in ("Démonstration 2026", "Démonstration 2025"):
        for profile in ("Équilibré", "Priorité clinique"):
            both = [*chosen("campaign_label", campaign), *chosen("profile_label", profile)]
            everything = shown(both)
            for column, value in (("axis_label", "Innovation médicale"), ("view_label", "GCS")):
                assert shown([*both, *chosen(column, value)]) <= everything


def test_confidential_use_cases_and_inventories_are_left_out(
    reader: Reader, published: duckdb.DuckDBPyConnection
) -> None:
    """Would have shown the titles of use cases that another establishment holds confidential."""
    seen = {row["use_case_title"] for row in reader.rows(reader.ask_as_page(*WHO))}
    allowed = {
        row[0]
        for row in published.execute(
            "select use_case_title from dim_use_case "
            "where not (is_confidential and not is_in_catalogue) and source_code = 'GCS'"
        ).fetchall()
    }
    assert seen
    assert seen <= allowed


def test_an_export_is_filtered_like_the_page_and_written_in_french(
    reader: Reader, published: duckdb.DuckDBPyConnection
) -> None:
    """Would have given every establishment's files in one download."""
    response = reader.ask_as_page(*SUBMISSIONS, result_format="csv")
    assert response.status_code == requests.codes.ok
    lines = response.content.decode("utf-8-sig").strip().splitlines()
    [(own,)] = published.execute(
        "select count(*) from mart_reader_submission where reader_organisation_code = ?", [OWN]
    ).fetchall()
    assert ";" in lines[0]
    assert len(lines) == own + 1


def test_the_reader_lists_its_own_pages_alone(reader: Reader) -> None:
    """Would have shown the coordinators' pages, by name at least."""
    assert {page["slug"] for page in reader.session.every("dashboard")} == READER_PAGES


# --- who else has an account ----------------------------------------------------------------------------------------

PEOPLE = [
    f"{kind}/related/{what}"
    for kind in ("dashboard", "chart")
    for what in ("owners", "created_by", "changed_by", "roles", "tags")
]


@pytest.mark.parametrize("path", PEOPLE)
def test_nobody_else_is_listed(reader: Reader, path: str) -> None:
    """Would have shown every account with its name and address, to begin guessing with."""
    response = reader.send("GET", path)
    assert is_refused(response) or response.json()["result"] == []


@pytest.mark.parametrize("path", ["dashboard/etablissement", "dashboard/", "dashboard/etablissement/charts", "chart/"])
def test_a_page_does_not_tell_who_made_it(reader: Reader, server: Server, path: str) -> None:
    """Would have shown the names of the coordinators' accounts."""
    text = reader.send("GET", path).text
    names = {account for account in ("lecture", "ingenieur", "admin") if f'"{account}"' in text}
    assert not names and ".invalid" not in text


# --- what a reader may leave on the server --------------------------------------------------------------------------


def test_a_link_of_any_length_is_not_kept(reader: Reader) -> None:
    """Would have filled the disk, a link at a time."""
    page = reader.place.pages["etablissement"]
    kept = {"urlParams": [["x", "y" * 2_000_000]]}
    assert reader.send("POST", f"dashboard/{page}/permalink", json=kept).status_code == 413
    assert reader.send("POST", f"dashboard/{page}/filter_state", json={"value": "y" * 2_000_000}).status_code == 413


def test_a_large_question_is_not_read(reader: Reader) -> None:
    """Would have cost memory and minutes before anything was refused."""
    forged = [{"col": "ranked_title", "op": "IN", "val": ["x" * 100] * 20_000}]
    assert reader.ask_as_page(*MATRIX, more_filters=forged).status_code == 413
