"""A dataset's file: its metrics, and of its columns only what neither the pages nor the glossary say."""

from typing import Any

from dashboards.files.normalise import OneLine
from dashboards.written.charts import Shared
from dashboards.written.sharing import with_shared, without_shared

Columns = dict[str, dict[str, str]]
"""Label and type of each column of one mart, as the glossary says them."""


def whole_dataset(own: dict[str, Any], shared: Shared, known: Columns, used: set[str]) -> dict[str, Any]:
    """The dataset as Superset imports it: the columns that its charts and filters use, and those it names besides."""
    dataset: dict[str, Any] = with_shared(own, shared["dataset"])
    labels = dataset.pop("labels", {})
    named = [{"column_name": one} if isinstance(one, str) else one for one in dataset.get("columns", [])]
    names = {one["column_name"] for one in named}
    implied = [{"column_name": name} for name in sorted((used & set(known)) - names)]
    columns = [with_shared(one, _implied(one["column_name"], shared, known, labels)) for one in [*named, *implied]]
    return {**dataset, "columns": sorted(columns, key=lambda column: str(column["column_name"]))}


def short_dataset(dataset: dict[str, Any], shared: Shared, known: Columns, used: set[str]) -> dict[str, Any]:
    """What the file says."""
    own = without_shared(dataset, shared["dataset"])
    labels, columns = {}, OneLine()
    for column in dataset.get("columns", []):
        name = column["column_name"]
        differs = without_shared(column, _implied(name, shared, known, {}))
        if set(differs) == {"verbose_name"} and differs["verbose_name"]:
            labels[name] = differs["verbose_name"]
            differs = {}
        if differs:
            columns.append({"column_name": name, **differs})
        elif name not in used or name not in known:
            columns.append(name)
    own |= {"columns": columns, "labels": labels}
    return {key: value for key, value in own.items() if value not in ({}, [])}


def _implied(name: str, shared: Shared, known: Columns, labels: dict[str, str]) -> dict[str, Any]:
    """What need not be said of a column: its name, what all columns share, and what the glossary says of it."""
    said = known.get(name)
    if said is None:
        label = {"verbose_name": labels[name]} if name in labels else {}
        return {"column_name": name, **shared["column"], **label}
    return {
        "column_name": name,
        **shared["column"],
        "type": said["type"],
        "is_dttm": said["type"] in shared["dated_types"],
        "verbose_name": labels.get(name, said["label"]),
    }
