"""The pages that people read, as external assets: which chart reads which mart, which dashboard shows which chart.

Belongs here: lineage past the warehouse, from the files of the dashboards. Does not: publishing them
(``pipelines.orchestration.assets.dashboards``). Nothing here is ever run.
"""

from collections.abc import Iterator

from dagster import AssetKey, AssetSpec, MetadataValue
from slugify import slugify

from dashboards.files.bundle import Document, read_bundle
from pipelines.orchestration.assets.dashboards import GROUP
from pipelines.orchestration.owners import OWNERS


def build_pages(superset_url: str) -> list[AssetSpec]:
    """A spec for each chart and each dashboard of the project; ``superset_url`` is where people reach Superset."""
    bundle = read_bundle()
    marts = {dataset.uuid: str(dataset.content["table_name"]) for dataset in bundle.datasets}
    charts = {chart.uuid: _chart(chart, marts[str(chart.content["dataset_uuid"])]) for chart in bundle.charts}
    return [*charts.values(), *(_dashboard(document, charts, superset_url) for document in bundle.dashboards)]


def pages_of_marts(superset_url: str) -> dict[str, str]:
    """Mart → the pages that show it, as links in Markdown."""
    bundle = read_bundle()
    marts = {dataset.uuid: str(dataset.content["table_name"]) for dataset in bundle.datasets}
    mart_of_chart = {chart.uuid: marts[str(chart.content["dataset_uuid"])] for chart in bundle.charts}
    links: dict[str, list[str]] = {}
    for page in bundle.dashboards:
        link = f"[{page.content['dashboard_title']}]({_address(page, superset_url)})"
        shown = {mart_of_chart[uuid] for uuid in _chart_uuids(page.content.get("position")) if uuid in mart_of_chart}
        for mart in shown:
            links.setdefault(mart, []).append(link)
    return {mart: ", ".join(found) for mart, found in links.items()}


def _address(page: Document, superset_url: str) -> str:
    return f"{superset_url.rstrip('/')}/superset/dashboard/{page.content['slug']}/"


def _chart(chart: Document, mart: str) -> AssetSpec:
    # Two dashboards may hold a chart of one name: the file's folder tells them apart.
    folder = chart.path.split("/")[0]
    return AssetSpec(
        AssetKey(["graphique", _code(folder), _code(str(chart.content["slice_name"]))]),
        deps=[AssetKey(mart)],
        group_name=GROUP,
        kinds={"superset", "chart"},
        owners=OWNERS,
        description=str(chart.content.get("description") or chart.content["slice_name"]),
        metadata={"dagster/uri": f"dashboards/{chart.path}"},
    )


def _dashboard(document: Document, charts: dict[str, AssetSpec], superset_url: str) -> AssetSpec:
    shown = dict.fromkeys(uuid for uuid in _chart_uuids(document.content.get("position")) if uuid in charts)
    return AssetSpec(
        AssetKey(["page", _code(str(document.content["slug"]))]),
        deps=[charts[uuid].key for uuid in shown],
        group_name=GROUP,
        kinds={"superset", "dashboard"},
        owners=OWNERS,
        description=str(document.content.get("description") or document.content["dashboard_title"]),
        metadata={
            "page": MetadataValue.url(_address(document, superset_url)),
            "dagster/uri": f"dashboards/{document.path}",
        },
    )


def _chart_uuids(position: object) -> Iterator[str]:
    """The charts that a layout places, at whatever depth."""
    if isinstance(position, dict):
        if position.get("type") == "CHART":
            yield str(position.get("meta", {}).get("uuid"))
        for value in position.values():
            yield from _chart_uuids(value)


def _code(text: str) -> str:
    return slugify(text, separator="_")
