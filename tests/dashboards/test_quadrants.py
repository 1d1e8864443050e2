"""The quadrants' lines and names are drawn where the published thresholds are, a site's own too."""

import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from dashboards.serving.environment import ROOT, environment_python
from tests.dashboards.page import DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

WIDEST_DIGIT = 0.6  # of the size of its letters
BOOTSTRAP = "JSON.parse(document.getElementById('app').dataset.bootstrap).common.theme.default"


def test_the_page_is_told_to_split_at_the_published_thresholds(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("matrice")
    thresholds = dict(published.execute("select threshold_code, threshold_value from dim_threshold").fetchall())
    bubble = reader.page.evaluate(BOOTSTRAP)["echartsOptionsOverridesByChartType"]["bubble_v2"]
    assert bubble["xAxis"]["axisTick"]["customValues"] == [float(thresholds["EFFORT_HIGH"])]
    assert bubble["yAxis"]["axisTick"]["customValues"] == [float(thresholds["IMPACT_HIGH"])]
    names = {item["style"]["text"] for item in bubble["graphic"]}
    assert names == {"Victoires rapides", "Projets majeurs", "Tâches de fond", "À écarter"}
    rank = bubble["series"]["label"]
    assert rank["width"] > 4 * WIDEST_DIGIT * rank["fontSize"], "the last digit of a rank would be cut"


def test_a_sites_own_thresholds_are_drawn_with_the_release_that_was_placed_by_them(tmp_path: Path) -> None:
    release = tmp_path / "published" / "current" / "warehouse.duckdb"
    release.parent.mkdir(parents=True)
    with duckdb.connect(str(release)) as connection:
        connection.execute("create table dim_threshold as select 'IMPACT_HIGH' threshold_code, 40 threshold_value")
        connection.execute("insert into dim_threshold values ('EFFORT_HIGH', 65)")
        connection.execute(
            "create table dim_quadrant as "
            "select true is_impact_high, false is_effort_high, 'Tout de suite' quadrant_label"
        )
    code = (
        "import json; from dashboards.superset.pages import quadrants as q; o = q.bubble_options(); "
        "print(json.dumps([o['xAxis']['axisTick']['customValues'], o['yAxis']['axisTick']['customValues'], "
        "[g['style']['text'] for g in o['graphic']]]))"
    )
    done = subprocess.run(
        [str(environment_python()), "-c", code],
        env={**os.environ, "CARTOGRAPHIE_PUBLISHED": str(tmp_path / "published"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == (
        '[[65.0], [40.0], ["Tout de suite", "Projets majeurs", "T\\u00e2ches de fond", "\\u00c0 \\u00e9carter"]]'
    )


def test_the_lines_cross_where_the_thresholds_are_on_the_screen(reader: DashboardPage) -> None:
    """The dashed grey of the lines is found in the picture, on the middle of a plot that goes from 0 to 100."""
    reader.show("matrice")
    chart = reader.chart("Matrice impact × effort")
    counts = chart.evaluate(
        """chart => {
            const canvas = chart.querySelector('canvas');
            const {width, height} = canvas;
            const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
            const grey = (x, y) => {
                const i = 4 * (y * width + x);
                return Math.abs(data[i] - 0x5f) < 24 && Math.abs(data[i + 1] - 0x6b) < 24
                    && Math.abs(data[i + 2] - 0x7a) < 24 && data[i + 3] > 120;
            };
            const columns = [], rows = [];
            for (let x = 0; x < width; x++) {
                let n = 0; for (let y = 0; y < height; y++) n += grey(x, y); columns.push(n);
            }
            for (let y = 0; y < height; y++) {
                let n = 0; for (let x = 0; x < width; x++) n += grey(x, y); rows.push(n);
            }
            return {width, height, columns, rows, ratio: window.devicePixelRatio};
        }"""
    )
    column = max(range(counts["width"]), key=counts["columns"].__getitem__)
    row = max(range(counts["height"]), key=counts["rows"].__getitem__)
    assert counts["columns"][column] > 0.25 * counts["height"]
    assert counts["rows"][row] > 0.25 * counts["width"]
    assert 0.3 * counts["width"] < column < 0.8 * counts["width"]
    assert 0.2 * counts["height"] < row < 0.8 * counts["height"]
