"""One way to write a Superset file, so that a diff shows what was changed and nothing else.

No numeric ids (a chart is named by its UUID everywhere), no stored query, no title repeated, nothing that the chart
editor writes by itself, keys sorted.
Works on what Superset exports and on what stands in the repository; twice is the same as once.
"""

import hashlib
import json
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml

from dashboards.files.editor import as_chosen
from dashboards.files.sentences import without_sentences

NORMAL_FORM = "a"
"""To be changed with whatever changes the normal form of an unchanged document."""

_NEVER_STORED = {
    "query_context", "id", "slice_id", "dashboards", "datasource", "url_params", "certification_details",
    "certified_by", "external_url", "is_managed_externally", "tags", "theme_id", "chartsInScope", "tabsInScope",
    "last_saved_at", "timestamp", "owner_mark",
    # Written by the front end when an owner looks at a page.
    "color_scheme_domain", "map_label_colors", "shared_label_colors", "chart_configuration",
    "global_chart_configuration",
}  # fmt: skip
_EMPTY_BY_DEFAULT = {
    "annotation_layers", "extra", "template_params", "default_filters", "always_filter_main_dttm", "offset",
}  # fmt: skip
_EMPTY: tuple[Any, ...] = ({}, [], "{}", "", False, 0)
_KEEPS_ITS_ID = {"position", "native_filter_configuration", "params"}


class OneLine(list[Any]):
    """A list of names that is written on one line: nobody reads its diff item by item."""


def normalise(content: dict[str, Any]) -> dict[str, Any]:
    """The normal form of one exported or committed document."""
    uuids = _uuids_by_number(content)
    clean: dict[str, Any] = _without_noise(content)
    for part in (clean.get("position") or {}).values():
        if isinstance(part, dict) and "meta" in part:
            for repeated in ("chartId", "sliceName", "sliceNameOverride") if part.get("type") == "CHART" else ():
                part["meta"].pop(repeated, None)
    for kind, name in (("columns", "column_name"), ("metrics", "metric_name")):
        # The server gives them in an order of its own.
        if kind in clean:
            clean[kind] = sorted(clean[kind], key=itemgetter(name))
    metadata = clean.get("metadata") or {}
    for chosen in metadata.get("native_filter_configuration", []):
        scope = chosen.get("scope", {})
        scope["excluded"] = sorted(uuids.get(str(chart), str(chart)) for chart in scope.get("excluded", []))
    if "params" in clean:
        clean["params"] = as_chosen(clean["params"])
    # A page without a style of its own comes back with the line before what was added when it was published.
    if not (css := without_sentences(clean.pop("css", None) or "")).isspace() and css:
        clean["css"] = css
    return clean


def fingerprint(content: dict[str, Any]) -> str:
    """Short checksum of a normal form, blind to what the repository alone says of a chart.

    It begins with the version of the normal form: checksums of two versions say nothing of each other.
    """
    told = {key: value for key, value in content.items() if key != "may_be_empty"}
    return NORMAL_FORM + hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def from_yaml(text: str) -> Any:
    """What a document says, read by libyaml, which is seven times as fast. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def to_yaml(content: dict[str, Any]) -> str:
    """Text of a document in the one layout that is committed."""
    return yaml.dump(content, Dumper=_ReadableDumper, sort_keys=True, allow_unicode=True, width=110)


def _uuids_by_number(content: dict[str, Any]) -> dict[str, str]:
    parts = (content.get("position") or {}).values()
    metas = [part["meta"] for part in parts if isinstance(part, dict) and part.get("type") == "CHART"]
    return {str(meta["chartId"]): meta["uuid"] for meta in metas if "chartId" in meta}


def _without_noise(value: Any, inside: str = "") -> Any:
    if isinstance(value, dict):
        keeps_id = inside in _KEEPS_ITS_ID
        kept = {
            key: _without_noise(item, key if key in _KEEPS_ITS_ID else inside)
            for key, item in value.items()
            if key not in _NEVER_STORED or (key == "id" and keeps_id)
        }
        return {key: item for key, item in kept.items() if not _says_nothing(key, item)}
    return [_without_noise(item, inside) for item in value] if isinstance(value, list) else value


def _says_nothing(key: str, item: Any) -> bool:
    """Whether Superset adds it by itself on the way, and means the same without."""
    return item is None or (key in _EMPTY_BY_DEFAULT and item in _EMPTY)


class _ReadableDumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_ReadableDumper.add_representer(str, _write_text)


def _write_on_one_line(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    plain = not any(isinstance(item, dict | list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)


_ReadableDumper.add_representer(OneLine, _write_on_one_line)


if __name__ == "__main__":
    from dashboards.written.folder import normalise_folder

    normalise_folder(Path(__file__).parents[1])
