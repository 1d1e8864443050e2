"""The files below dashboards/, read whole and written short.

Belongs here: what a document needs to know of its neighbours to be read: the names of datasets, the columns that charts
and filters use. Does not: how each kind of document is written.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from dashboards.files.normalise import from_yaml, normalise, to_yaml
from dashboards.files.queries import chart_needs
from dashboards.written.charts import short_chart, whole_chart
from dashboards.written.datasets import Columns, short_dataset, whole_dataset
from dashboards.written.pages import short_page, whole_page

PATTERNS = ("warehouse.yaml", "datasets/*.yaml", "*/charts/*.yaml", "*/dashboard.yaml")


class Folder:
    """The documents of one folder. Reading raises OSError and yaml.YAMLError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def paths(self, pattern: str) -> list[str]:
        """Where the documents of a pattern stand, below the folder."""
        return [str(path.relative_to(self._folder)) for path in sorted(self._folder.glob(pattern))]

    def read(self, path: str) -> dict[str, Any]:
        """The whole document of one file."""
        own: dict[str, Any] = self._texts(path)
        match _kind(own):
            case "chart":
                return whole_chart(own, self._shared, self._uuids)
            case "page":
                return whole_page(own, self._shared, self._uuids)
            case "dataset":
                return whole_dataset(own, self._shared, self._known(own), self._used[str(own["uuid"])])
        return own

    def text(self, content: dict[str, Any]) -> str:
        """The text of the file of a whole document."""
        clean = normalise(content)
        match _kind(clean):
            case "chart":
                clean = short_chart(clean, self._shared, self._uuids)
            case "page":
                clean = short_page(clean, self._shared, self._uuids)
            case "dataset":
                clean = short_dataset(clean, self._shared, self._known(clean), self._used[str(clean["uuid"])])
        return to_yaml(clean)

    def write(self, path: str, content: dict[str, Any]) -> None:
        """Write a whole document as it is committed."""
        (self._folder / path).write_text(self.text(content), encoding="utf-8")

    def _texts(self, path: str) -> Any:
        return from_yaml((self._folder / path).read_text(encoding="utf-8"))

    @cached_property
    def _shared(self) -> dict[str, Any]:
        return dict(self._texts("defaults.yaml"))

    @cached_property
    def _marts(self) -> dict[str, Columns]:
        return dict(self._texts("columns.yaml"))

    def _known(self, dataset: dict[str, Any]) -> Columns:
        return self._marts.get(str(dataset["table_name"]), {})

    @cached_property
    def _uuids(self) -> dict[str, str]:
        """The UUID of each dataset by the name of its file, which is that of its table."""
        return {Path(path).stem: str(self._texts(path)["uuid"]) for path in self.paths("datasets/*.yaml")}

    @cached_property
    def _used(self) -> dict[str, set[str]]:
        """The columns that charts and filters name, by the UUID of their dataset."""
        used: dict[str, set[str]] = defaultdict(set)
        for uuid, columns in self._uses():
            used[uuid] |= columns
        return used

    def _uses(self) -> Iterator[tuple[str, set[str]]]:
        for path in self.paths("*/charts/*.yaml"):
            chart = self.read(path)
            needs = chart_needs(chart["params"])
            yield str(chart["dataset_uuid"]), {*needs.columns, *needs.filtered}
        for path in self.paths("*/dashboard.yaml"):
            for chosen in self.read(path)["metadata"]["native_filter_configuration"]:
                for target in chosen["targets"]:
                    yield str(target["datasetUuid"]), {str(target["column"]["name"])}


def _kind(content: dict[str, Any]) -> str:
    """What a document is, by the key of its title."""
    titles = {"slice_name": "chart", "dashboard_title": "page", "table_name": "dataset"}
    return next((kind for title, kind in titles.items() if title in content), "")


def normalise_folder(folder: Path) -> list[Path]:
    """Rewrite every document below `folder` that is not as it should be committed; return those rewritten."""
    documents, rewritten = Folder(folder), []
    for pattern in PATTERNS:
        for path in documents.paths(pattern):
            after = documents.text(documents.read(path))
            if (folder / path).read_text(encoding="utf-8") != after:
                (folder / path).write_text(after, encoding="utf-8")
                rewritten.append(folder / path)
    return rewritten
