"""A publication of the dashboards, told to Dagster: the asset ``dashboards`` is materialised by whoever publishes.

Belongs here: the event and its metadata. Does not: publishing (``dashboards``). ``up``, which imports no
Dagster, runs it as a program.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboards.publishing.publisher import PublishReport
from pipelines.engines.instance import is_prepared, open_instance
from sources.home.home import Home

ASSET = "dashboards"


def metadata_of(report: PublishReport) -> dict[str, Any]:
    """What Dagster shows of a publication: the pages, what left, how many charts were proved."""
    from dagster import MetadataValue

    return {
        "dashboards": MetadataValue.md("\n".join(f"- <{address}>" for address in report.dashboards)),
        "removed": report.removed,
        "queried_chart_count": report.queried,
    }


def note_publication(home: Home, report: PublishReport) -> None:
    """Record the publication outside any run; nothing where pages stood as they are, or Dagster has no storage yet."""
    if not report.changed or not is_prepared(home):
        return
    from dagster import AssetMaterialization

    with open_instance(home) as instance:
        instance.report_runless_asset_event(AssetMaterialization(ASSET, metadata=metadata_of(report)))


def command(home: Home, report: PublishReport) -> list[str]:
    """The program that notes this publication."""
    return [sys.executable, "-m", "pipelines.products.dashboards_event", str(home.root), json.dumps(asdict(report))]


if __name__ == "__main__":
    note_publication(Home(Path(sys.argv[1])), PublishReport(**json.loads(sys.argv[2])))
