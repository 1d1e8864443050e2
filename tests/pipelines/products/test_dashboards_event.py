"""Whoever publishes the dashboards, Dagster shows that they were materialised."""

import subprocess
from pathlib import Path

from dagster import AssetKey

from dashboards.publishing.publisher import PublishReport
from pipelines.engines.instance import open_instance, prepare
from pipelines.products.dashboards_event import ASSET, command, note_publication
from sources.home.home import Home
from sources.home.home_layout import ensure_layout

PAGE = "http://127.0.0.1:8088/superset/dashboard/matrice/"


def test_a_publication_is_a_materialization_and_pages_that_stood_are_none(tmp_path: Path) -> None:
    home = Home(tmp_path)
    note_publication(home, PublishReport(True, [PAGE], [], 3))  # no storage yet: nothing to tell
    ensure_layout(home)
    prepare(home)
    note_publication(home, PublishReport(False, [PAGE], [], 0))
    with open_instance(home) as instance:
        assert instance.get_latest_materialization_event(AssetKey(ASSET)) is None
    subprocess.run(command(home, PublishReport(True, [PAGE], ["Ancienne"], 3)), check=True)
    with open_instance(home) as instance:
        event = instance.get_latest_materialization_event(AssetKey(ASSET))
    assert event is not None and event.asset_materialization is not None
    assert event.asset_materialization.metadata["queried_chart_count"].value == 3
