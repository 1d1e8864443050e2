"""A committee can read what a page says: no code of ours in a sentence, units beside figures, bars from the top."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from dashboards.files.bundle import FOLDER, Document, read_bundle

BUNDLE = read_bundle()
CODE = re.compile(r"\b[A-Z]{3,}_[A-Z0-9_]+\b")
TABLES = {dataset.uuid: str(dataset.content["table_name"]) for dataset in BUNDLE.datasets}
EUROS = {
    row["name"]
    for row in csv.DictReader((FOLDER.parent / "sources/glossary/columns.csv").open(encoding="utf-8"))
    if row["unit"] == "EUR"
}


def charts_of(kind: str) -> list[Document]:
    return [chart for chart in BUNDLE.charts if chart.content["viz_type"] == kind]


def named(charts: list[Document]) -> Any:
    return pytest.mark.parametrize("chart", charts, ids=[Path(chart.path).stem for chart in charts])


def test_no_sentence_of_a_page_holds_a_code_of_the_referential() -> None:
    said = [
        (document.path, found)
        for document in (*BUNDLE.charts, *BUNDLE.dashboards)
        for key in ("description", "slice_name", "dashboard_title", "may_be_empty")
        for found in CODE.findall(str(document.content.get(key) or ""))
    ]
    assert said == []


@named([chart for chart in charts_of("table") if EUROS & set(chart.content["params"].get("all_columns") or [])])
def test_a_cost_is_shown_with_its_unit(chart: Document) -> None:
    params = chart.content["params"]
    for column in EUROS & set(params["all_columns"]):
        assert "$" in params["column_config"][column]["d3NumberFormat"], column


@named(
    [chart for chart in charts_of("echarts_timeseries_bar") if chart.content["params"]["orientation"] == "horizontal"]
)
def test_lying_bars_are_read_from_the_top(chart: Document) -> None:
    """ECharts begins at the bottom. What a query sorts is given backwards; what nothing sorts comes by name, and the
    axis is turned: numbered stages stood from the ninth to the first."""
    params = chart.content["params"]
    axis = json.loads(params.get("echart_options") or "{}").get("yAxis", {})
    ordered = str(params.get("x_axis_sort") or "")
    assert bool(axis.get("inverse")) == (not ordered)
    if ordered.endswith("_order"):
        assert params["x_axis_sort_asc"] is False
