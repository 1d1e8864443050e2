"""Reads the dashboards of the repository and makes the zip that Superset imports.

The files follow Superset's own export format, normalised (dashboards/files/normalise.py), and say only what is
particular to each (dashboards/written). What an import needs besides (numeric chart numbers, titles repeated in the
layout, the mark of ownership) is added here, never stored.
"""

import copy
import hashlib
import io
import json
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dashboards.files.crossing import followers, told_to_superset
from dashboards.files.normalise import fingerprint, normalise
from dashboards.files.queries import chart_needs
from dashboards.files.sentences import MAY_BE_EMPTY, shared_sheets, with_sentences
from dashboards.written.folder import Folder

FOLDER = Path(__file__).parents[1]
OWNER = "cartographie"
_ZIP_DATE = (2026, 1, 1, 0, 0, 0)
_COLOURED = {"echarts_timeseries_bar", "echarts_timeseries_line"}
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # libyaml's writes a bundle ten times as fast

READER_COLUMN = "reader_organisation_code"
"""The column that says whose a row is: row-level security compares it (dashboards/serving/access.py)."""


@dataclass(frozen=True)
class Document:
    """One YAML file: its path below dashboards/ and its content."""

    path: str
    content: dict[str, Any]

    @property
    def uuid(self) -> str:
        return str(self.content["uuid"])


@dataclass(frozen=True)
class Bundle:
    """All that is published: one database, the datasets, the charts and the dashboards."""

    database: Document
    datasets: list[Document]
    charts: list[Document]
    dashboards: list[Document]

    @property
    def documents(self) -> list[Document]:
        return [self.database, *self.datasets, *self.charts, *self.dashboards]

    @property
    def checksum(self) -> str:
        """Fingerprint of everything published, what pages share included, whatever the files' names and layout."""
        contents = sorted(json.dumps(document.content, sort_keys=True) for document in self.documents)
        return hashlib.sha256("\n".join([*contents, shared_sheets()]).encode()).hexdigest()[:24]


def read_bundle(folder: Path = FOLDER) -> Bundle:
    """Read the YAML below `folder`. Raises yaml.YAMLError or KeyError on a file that cannot be read at all."""

    written = Folder(folder)

    def documents(pattern: str) -> list[Document]:
        return [Document(path, written.read(path)) for path in written.paths(pattern)]

    return Bundle(
        database=Document("warehouse.yaml", written.read("warehouse.yaml")),
        datasets=documents("datasets/*.yaml"),
        charts=documents("*/charts/*.yaml"),
        dashboards=documents("*/dashboard.yaml"),
    )


def ownership_mark(uuid: str, *checksums: str) -> str:
    """What is written on each thing published, so that only our own things are ever removed.

    The last checksum is the fingerprint of the document, by which a change made in the browser is seen.
    """
    return ":".join((OWNER, uuid, *checksums))


def mark_of(kind: str, found: dict[str, Any]) -> str:
    """The mark on something found on a server ('dashboard', 'chart' or 'dataset'); empty without one."""
    if kind == "dataset":
        return str(json.loads(found.get("extra") or "{}").get("owner_mark", ""))
    return str(found.get("certification_details") or "")


def is_ours(kind: str, found: dict[str, Any]) -> bool:
    """Whether it carries our mark with its own UUID: somebody's copy of ours carries another's."""
    return f"{mark_of(kind, found)}:".startswith(f"{ownership_mark(str(found['uuid']))}:")


def chart_components(dashboard: Document) -> list[dict[str, Any]]:
    """The places of a dashboard's layout that hold a chart."""
    position = dashboard.content["position"]
    return [part for part in position.values() if isinstance(part, dict) and part.get("type") == "CHART"]


def zip_bundle(bundle: Bundle) -> bytes:
    """The archive for Superset's assets endpoint; the same bytes for the same bundle."""
    charts = {chart.uuid: chart.content for chart in bundle.charts}
    datasets = {dataset.uuid: dataset.content for dataset in bundle.datasets}
    files = {"metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"}}
    files["databases/warehouse.yaml"] = bundle.database.content
    for dataset in bundle.datasets:
        files[f"datasets/warehouse/{Path(dataset.path).name}"] = _marked_dataset(dataset)
    for chart in bundle.charts:
        files[f"charts/{chart.uuid}.yaml"] = {
            **_sendable(chart),
            "certification_details": ownership_mark(chart.uuid, _fingerprint(chart)),
        }
    for dashboard in bundle.dashboards:
        mark = ownership_mark(dashboard.uuid, bundle.checksum, _fingerprint(dashboard))
        files[f"dashboards/{dashboard.content['slug']}.yaml"] = {
            **_numbered(dashboard.content, charts, datasets),
            "certification_details": mark,
        }
    return _zipped({name: yaml.dump(content, Dumper=_DUMPER, allow_unicode=True) for name, content in files.items()})


def _marked_dataset(dataset: Document) -> dict[str, Any]:
    extra = dataset.content.get("extra") or {}
    mark = ownership_mark(dataset.uuid, _fingerprint(dataset))
    return {**dataset.content, "extra": {**extra, "owner_mark": mark}}


def _fingerprint(document: Document) -> str:
    return fingerprint(normalise(document.content))


def _sendable(chart: Document) -> dict[str, Any]:
    """A chart without what only the repository says of it."""
    return {key: value for key, value in chart.content.items() if key != MAY_BE_EMPTY}


def _numbered(
    dashboard: dict[str, Any], known: dict[str, dict[str, Any]], datasets: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Give charts the numbers by which a layout, a filter's scope and a click's name them in an import."""
    numbered = copy.deepcopy(dashboard)
    charts = [part for part in numbered["position"].values() if isinstance(part, dict) and part.get("type") == "CHART"]
    numbers = {part["meta"]["uuid"]: number for number, part in enumerate(charts, 1)}
    for part in charts:
        uuid = part["meta"]["uuid"]
        part["meta"] |= {"chartId": numbers[uuid], "sliceName": known[uuid]["slice_name"]}
    metadata = numbered["metadata"]
    shown = {uuid: known[uuid] for uuid in numbers}
    metadata |= told_to_superset(followers(dashboard, shown, datasets), numbers)
    metadata["shared_label_colors"] = _drawn_by_several(shown, metadata["label_colors"])
    for chosen in metadata["native_filter_configuration"]:
        chosen["scope"]["excluded"] = [numbers[uuid] for uuid in chosen["scope"]["excluded"]]
    numbered["css"] = with_sentences(numbered.get("css") or "", [known[uuid] for uuid in numbers])
    return numbered


def _drawn_by_several(charts: dict[str, dict[str, Any]], coloured: dict[str, str]) -> list[str]:
    """The words that several charts of a page draw: measures, and values to which the page gives a colour.

    Superset's front end looks for them while a page opens, and draws all of it again after each chart that brings one,
    unless the page says them already. It looks in bars and lines. Names that a reader chooses (two establishments) are
    not known here.
    """
    params = [chart["params"] for chart in charts.values() if chart["viz_type"] in _COLOURED]
    measures = Counter(name for one in params for name in chart_needs(one).metrics)
    columns = Counter(name for one in params for name in one.get("groupby", []))
    is_shared = any(count > 1 for count in columns.values())
    return sorted({name for name, count in measures.items() if count > 1} | set(coloured if is_shared else ()))


def _zipped(files: dict[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, text in sorted(files.items()):
            target.writestr(zipfile.ZipInfo(f"bundle/{name}", _ZIP_DATE), text, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
