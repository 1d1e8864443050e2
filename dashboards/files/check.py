"""Proves without a server that the dashboards close: dashboard → chart → dataset → mart → column.

Reads the YAML of the repository and the contracts of the dbt marts; opens neither Superset nor the warehouse.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dashboards.files.bundle import FOLDER, READER_COLUMN, Bundle, Document, chart_components, read_bundle
from dashboards.files.normalise import from_yaml
from dashboards.files.queries import ChartNeeds, chart_needs
from dashboards.files.sentences import MAY_BE_EMPTY
from dashboards.written.folder import Folder

_NAMING_METRICS = ("bubble_v2", "heatmap_v2", "tree_chart")
"""Kinds of charts that write a metric's name under the pointer, never its label."""


@dataclass(frozen=True)
class Problem:
    """One defect: the file below dashboards/ and a French sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path} : {self.message}"


def check_bundle(dbt_project: Path, folder: Path = FOLDER) -> list[Problem]:
    """Every defect of the dashboards below `folder` against the marts of `dbt_project`; empty when all closes."""
    try:
        bundle = read_bundle(folder)
    except (OSError, yaml.YAMLError) as problem:
        return [Problem(str(folder), f"fichier illisible : {problem}")]
    return [
        *check_closure(bundle),
        *_check_datasets(bundle, mart_columns(dbt_project)),
        *_check_written_form(bundle, folder),
    ]


def check_closure(bundle: Bundle) -> list[Problem]:
    """Defects that would make an import lose charts or a page fail, without looking at the marts."""
    return [
        *_check_identities(bundle),
        *_check_dashboards(bundle),
        *_check_charts(bundle),
        *_check_unused(bundle),
    ]


def mart_columns(dbt_project: Path) -> dict[str, set[str]]:
    """Columns of each mart, from the YAML beside its model."""
    columns: dict[str, set[str]] = {}
    for path in sorted((dbt_project / "models" / "marts").rglob("*.yml")):
        for model in (from_yaml(path.read_text(encoding="utf-8")) or {}).get("models", []):
            columns[model["name"]] = {column["name"] for column in model.get("columns", [])}
    return columns


def _check_identities(bundle: Bundle) -> Iterator[Problem]:
    for uuid, times in Counter(document.uuid for document in bundle.documents).items():
        if times > 1:
            paths = ", ".join(document.path for document in bundle.documents if document.uuid == uuid)
            yield Problem(paths, f"plusieurs fichiers portent le même uuid {uuid}")
    for kind, title in ((bundle.charts, "slice_name"), (bundle.dashboards, "dashboard_title")):
        for name, times in Counter(document.content[title] for document in kind).items():
            if times > 1:
                paths = ", ".join(document.path for document in kind if document.content[title] == name)
                yield Problem(paths, f"le titre « {name} » est porté {times} fois")


def _check_dashboards(bundle: Bundle) -> Iterator[Problem]:
    charts = {chart.uuid for chart in bundle.charts}
    datasets = {dataset.uuid: dataset for dataset in bundle.datasets}
    for dashboard in bundle.dashboards:
        laid_out = {str(part["meta"].get("uuid")) for part in chart_components(dashboard)}
        for missing in sorted(laid_out - charts):
            yield Problem(dashboard.path, f"la page montre un graphique qui n'existe pas : {missing}")
        for chosen in dashboard.content["metadata"]["native_filter_configuration"]:
            yield from _check_filter(dashboard, chosen, datasets, laid_out)


def _check_filter(
    dashboard: Document, chosen: dict[str, Any], datasets: dict[str, Document], laid_out: set[str]
) -> Iterator[Problem]:
    name = chosen["name"]
    for excluded in set(chosen["scope"]["excluded"]) - laid_out:
        yield Problem(dashboard.path, f"le filtre « {name} » épargne un graphique absent de la page : {excluded}")
    for target in chosen["targets"]:
        dataset = datasets.get(target["datasetUuid"])
        if dataset is None:
            yield Problem(dashboard.path, f"le filtre « {name} » lit un jeu de données qui n'existe pas")
        elif target["column"]["name"] not in _names(dataset, "columns", "column_name"):
            yield Problem(dashboard.path, f"le filtre « {name} » lit une colonne inconnue {target['column']['name']}")
        elif chosen.get("sortMetric") and chosen["sortMetric"] not in _names(dataset, "metrics", "metric_name"):
            yield Problem(dashboard.path, f"le filtre « {name} » trie par une mesure inconnue {chosen['sortMetric']}")


def _check_charts(bundle: Bundle) -> Iterator[Problem]:
    datasets = {dataset.uuid: dataset for dataset in bundle.datasets}
    for chart in bundle.charts:
        if not chart.content.get("description"):
            yield Problem(chart.path, "il manque la phrase qui dit ce qui est compté (description)")
        if chart.content.get(MAY_BE_EMPTY) is True:
            yield Problem(chart.path, f"il manque la phrase que le graphique montre quand il est vide ({MAY_BE_EMPTY})")
        dataset = datasets.get(chart.content["dataset_uuid"])
        if dataset is None:
            yield Problem(chart.path, f"le jeu de données {chart.content['dataset_uuid']} n'existe pas")
            continue
        yield from _check_chart(chart, dataset)


def _check_chart(chart: Document, dataset: Document) -> Iterator[Problem]:
    needs = chart_needs(chart.content["params"])
    table = dataset.content["table_name"]
    for foreign in needs.foreign:
        label = foreign.get("label") or foreign.get("sqlExpression") if isinstance(foreign, dict) else foreign
        yield Problem(
            chart.path, f"mesure, colonne ou filtre écrit dans le graphique : {label} (à mettre dans {table})"
        )
    for column in [*needs.columns, *needs.filtered]:
        if column not in _names(dataset, "columns", "column_name"):
            yield Problem(chart.path, f"la colonne {column} n'est pas dans le jeu de données {table}")
    for metric in [*needs.metrics, *needs.sorting]:
        if metric not in _names(dataset, "metrics", "metric_name"):
            yield Problem(chart.path, f"la mesure {metric} n'est pas dans le jeu de données {table}")
    if chart.content["viz_type"] in _NAMING_METRICS:
        for metric in filter(_is_code, needs.metrics):
            yield Problem(
                chart.path, f"le graphique montre la mesure {metric} sous son nom : donnez-lui un nom français"
            )
    yield from _check_sorting(chart, dataset, needs)
    yield from _check_total(chart)


def _check_sorting(chart: Document, dataset: Document, needs: ChartNeeds) -> Iterator[Problem]:
    """Superset leaves the metric that only sorts out of a drawing by its name, and draws it when it has a label."""
    if not str(chart.content["viz_type"]).startswith("echarts_timeseries"):
        return
    labelled = {metric["metric_name"] for metric in dataset.content["metrics"] if metric.get("verbose_name")}
    for metric in sorted(labelled & set(needs.sorting) - set(needs.metrics)):
        yield Problem(chart.path, f"la mesure {metric} ne sert qu'à trier et serait dessinée : ôtez son libellé")


def _check_total(chart: Document) -> Iterator[Problem]:
    """What a stack is sorted by, when it is none of what is stacked, is counted in the total at the end of the bar."""
    params = chart.content["params"]
    extra = {params.get("x_axis_sort"), params.get("timeseries_limit_metric")} - {None, params.get("x_axis")}
    drawn = set(params.get("metrics", []))
    if params.get("stack") and params.get("show_value") and not params.get("groupby") and extra - drawn:
        names = ", ".join(sorted(extra - drawn))
        yield Problem(chart.path, f"le total des barres compterait aussi {names}, qui ne fait que les trier")


def _check_unused(bundle: Bundle) -> Iterator[Problem]:
    laid_out = {
        str(part["meta"].get("uuid")) for dashboard in bundle.dashboards for part in chart_components(dashboard)
    }
    read = {chart.content["dataset_uuid"] for chart in bundle.charts} | {
        target["datasetUuid"]
        for dashboard in bundle.dashboards
        for chosen in dashboard.content["metadata"]["native_filter_configuration"]
        for target in chosen["targets"]
    }
    for chart in bundle.charts:
        if chart.uuid not in laid_out:
            yield Problem(chart.path, "aucune page ne montre ce graphique")
    for dataset in bundle.datasets:
        if dataset.uuid not in read:
            yield Problem(dataset.path, "aucun graphique ni filtre ne lit ce jeu de données")
        if dataset.content["database_uuid"] != bundle.database.uuid:
            yield Problem(dataset.path, "le jeu de données n'est pas dans l'entrepôt publié")


def _check_datasets(bundle: Bundle, marts: dict[str, set[str]]) -> Iterator[Problem]:
    for dataset in bundle.datasets:
        table = dataset.content["table_name"]
        if not table.startswith("mart_") or dataset.content.get("sql"):
            yield Problem(dataset.path, "une page ne lit que des marts, sans SQL à elle")
        elif table not in marts:
            yield Problem(dataset.path, f"le mart {table} n'est décrit dans aucun YAML de dbt")
        else:
            yield from _check_mart(dataset, marts[table])
        yield from _check_labels(bundle, dataset)


def _check_mart(dataset: Document, columns: set[str]) -> Iterator[Problem]:
    table = dataset.content["table_name"]
    if READER_COLUMN in columns - _names(dataset, "columns", "column_name"):
        yield Problem(
            dataset.path, f"sans la colonne {READER_COLUMN}, chaque établissement y lirait les lignes de tous"
        )
    for column in dataset.content["columns"]:
        if column["column_name"] not in columns:
            yield Problem(dataset.path, f"la colonne {column['column_name']} n'est pas dans le mart {table}")
    for metric in dataset.content["metrics"]:
        # Column names are the lower-case words with an underscore; functions and keywords are in capitals.
        for word in set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", re.sub(r"'[^']*'", "", metric["expression"]))) - columns:
            yield Problem(dataset.path, f"la mesure {metric['metric_name']} lit {word}, absent du mart {table}")


def _check_labels(bundle: Bundle, dataset: Document) -> Iterator[Problem]:
    shown = {
        name
        for chart in bundle.charts
        if chart.content["dataset_uuid"] == dataset.uuid
        for name in _shown(chart_needs(chart.content["params"]))
    }
    for kind, key in (("columns", "column_name"), ("metrics", "metric_name")):
        for item in dataset.content[kind]:
            label = item.get("verbose_name") or ""
            if item[key] in shown and (not label or _is_code(label)):
                yield Problem(dataset.path, f"il manque un libellé français à {item[key]}")


def _is_code(name: str) -> bool:
    return "_" in name or re.fullmatch("[a-z0-9]+", name) is not None


def _shown(needs: ChartNeeds) -> list[str]:
    return [*needs.columns, *needs.metrics]


def _check_written_form(bundle: Bundle, folder: Path) -> Iterator[Problem]:
    written = Folder(folder)
    for document in bundle.documents:
        if (folder / document.path).read_text(encoding="utf-8") != written.text(document.content):
            yield Problem(
                document.path, "le fichier n'est pas sous sa forme normale (python -m dashboards.files.normalise)"
            )


def _names(dataset: Document, kind: str, key: str) -> set[str]:
    return {item[key] for item in dataset.content[kind]}
