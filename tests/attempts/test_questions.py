"""What a reader's question may say of itself, judged without a server: the parts that Superset follows are looked at.

Would have shown columns that no chart shows, the SQL behind, the columns of the coordinators' datasets: a question may
name another kind of result or dataset than the request around it does, and a label may say anything.
"""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.superset.statements import questions

METRIC, COLUMN, HIDDEN = "Effort", "use_case_title", "reader_organisation_code"


class Kind(Enum):
    """As Superset's own, whose value is what was sent."""

    FULL = "full"
    SAMPLES = "samples"
    QUERY = "query"
    COLUMNS = "columns"
    TIMEGRAINS = "timegrains"
    DRILL_DETAIL = "drill_detail"


def dataset(number: int, kind: str = "table", **changes: Any) -> SimpleNamespace:
    return SimpleNamespace(**({"id": number, "type": kind, "table_name": "mart_reader_matrix", "sql": None} | changes))


def asked(**changes: Any) -> SimpleNamespace:
    """A request with the chart's own question, and ``changes`` within that."""
    query: dict[str, Any] = dict.fromkeys(
        ("series_limit", "annotation_layers", "time_offsets", "series_columns", "series_limit_metric", "granularity",
         "time_shift", "time_range", "extras", "datasource", "result_type", "row_limit", "is_rowcount")
    )  # fmt: skip
    query |= {"columns": [COLUMN], "metrics": [METRIC], "orderby": [], "row_offset": 0, "filter": [],
              "post_processing": []}  # fmt: skip
    return SimpleNamespace(
        datasource=dataset(1), form_data={}, result_type=Kind.FULL, result_format="json",
        queries=[SimpleNamespace(**(query | changes))],
    )  # fmt: skip


CHART = SimpleNamespace(viz_type="table", params_dict={"groupby": [COLUMN], "metrics": [METRIC]})
X_AXIS = {"columnType": "BASE_AXIS", "expressionType": "SQL", "isColumnReference": True, "sqlExpression": COLUMN,
          "label": COLUMN}  # fmt: skip

ASKED = {
    "the question itself": {},
    "its kind and dataset, said again": {"result_type": Kind.FULL, "datasource": dataset(1)},
    "its column as an axis": {"columns": [X_AXIS]},
    "in an order": {"orderby": [[METRIC, False]]},
}


@pytest.mark.parametrize("question", ASKED)
def test_what_the_chart_asks_is_answered(question: str) -> None:
    questions.check_reader(asked(**ASKED[question]), CHART, None)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.FULL])
def test_a_kind_of_result_named_within(kind: Kind) -> None:
    with pytest.raises(questions.NotOurs):
        questions.check_reader(asked(result_type=kind), CHART, None)


def test_a_dataset_named_within() -> None:
    with pytest.raises(questions.NotOurs):
        questions.check_reader(asked(datasource=dataset(2)), CHART, None)


def test_a_statement_named_within_by_the_number_of_the_table() -> None:
    """Statements are counted from one, as datasets are."""
    with pytest.raises(questions.NotOurs):
        questions.check_reader(asked(datasource=dataset(1, "query")), CHART, None)


@pytest.mark.parametrize(
    "other", [dataset(1, "query"), dataset(1, table_name="mart_answer"), dataset(1, sql="select * from mart_answer")]
)
def test_a_dataset_that_was_not_made_for_readers(other: SimpleNamespace) -> None:
    questions.check_dataset(dataset(1))
    with pytest.raises(questions.NotOurs):
        questions.check_dataset(other)


expressions = st.fixed_dictionaries(
    {"label": st.sampled_from([METRIC, COLUMN])},
    optional={
        "expressionType": st.sampled_from(["SQL", "SIMPLE", "", None]),
        "sqlExpression": st.sampled_from([HIDDEN, METRIC, COLUMN]),
        "column": st.just({"column_name": HIDDEN}),
        "aggregate": st.sampled_from(["MAX", "COUNT_DISTINCT"]),
        "isColumnReference": st.sampled_from([True, False, 1, "true"]),
        "columnType": st.just("BASE_AXIS"),
    },
)


@given(expression=expressions, part=st.sampled_from(["columns", "metrics", "orderby"]))
def test_a_label_says_nothing_of_what_is_asked(expression: dict[str, Any], part: str) -> None:
    value = [[expression, True]] if part == "orderby" else [expression]
    try:
        questions.check_reader(asked(**{part: value}), CHART, None)
    except questions.NotOurs:
        return
    # Answered: Superset reads such an expression as the column or metric that it names, and no aggregate.
    assert expression["expressionType"] == "SQL" and expression["sqlExpression"] in {METRIC, COLUMN}
