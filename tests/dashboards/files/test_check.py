"""The check that needs no server finds each kind of defect, and finds none in what is committed."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboards.files.bundle import FOLDER, READER_COLUMN
from dashboards.files.check import check_bundle
from dashboards.written.folder import Folder

DBT_PROJECT = FOLDER.parent / "dbt_project"
CHART = "matrice/charts/bubbles.yaml"
PAGE = "matrice/dashboard.yaml"
DATASET = "datasets/mart_portfolio_matrix_function.yaml"

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed dashboards, to be spoilt."""
    copy = tmp_path / "dashboards"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("superset", "*.py", "__pycache__"))
    return copy


def edit(folder: Path, path: str, change: Edit) -> None:
    written = Folder(folder)
    content = written.read(path)
    change(content)
    written.write(path, content)


def messages(folder: Path) -> list[str]:
    return [str(problem) for problem in check_bundle(DBT_PROJECT, folder)]


def test_what_is_committed_closes() -> None:
    assert check_bundle(DBT_PROJECT) == []


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        (CHART, lambda c: c.update(dataset_uuid="00000000-0000-0000-0000-000000000000"), "n'existe pas"),
        (CHART, lambda c: c["params"].update(entity="no_such_column"), "colonne no_such_column n'est pas dans le jeu"),
        (
            "cycle/charts/projects.yaml",
            lambda c: c["params"].update(order_by_cols=['["no_such_column", false]']),
            "colonne no_such_column n'est pas dans le jeu",
        ),
        (
            "datasets/mart_reader_matrix.yaml",
            lambda c: c.update(columns=[one for one in c["columns"] if one["column_name"] != READER_COLUMN]),
            "chaque établissement y lirait les lignes de tous",
        ),
        (CHART, lambda c: c["params"].update(x="no_such_metric"), "mesure no_such_metric n'est pas dans le jeu"),
        (CHART, lambda c: c["params"].update(x="completeness"), "montre la mesure completeness sous son nom"),
        (
            CHART,
            lambda c: c["params"].update(y={"expressionType": "SQL", "sqlExpression": "AVG(impact_score)"}),
            "écrit dans le graphique : AVG(impact_score)",
        ),
        (CHART, lambda c: c.update(slice_name="Par quoi commencer"), "est porté 2 fois"),
        (CHART, lambda c: c.update(description=""), "la phrase qui dit ce qui est compté"),
        (CHART, lambda c: c.update(may_be_empty=True), "la phrase que le graphique montre quand il est vide"),
        (
            DATASET,
            lambda c: c["columns"].append({"column_name": "forgotten_column", "verbose_name": "Oubliée"}),
            "colonne forgotten_column n'est pas dans le mart",
        ),
        (
            DATASET,
            lambda c: c["metrics"][0].update(expression="MAX(impact_scoore)"),
            "lit impact_scoore, absent du mart",
        ),
        (DATASET, lambda c: c["columns"][-1].update(verbose_name=None), "il manque un libellé français"),
        (DATASET, lambda c: c.update(sql="select 1"), "ne lit que des marts"),
        (DATASET, lambda c: c.update(table_name="mart_of_nobody"), "n'est décrit dans aucun YAML de dbt"),
        (
            PAGE,
            lambda c: c["metadata"]["native_filter_configuration"][0]["targets"][0]["column"].update(name="nothing"),
            "lit une colonne inconnue nothing",
        ),
        (
            PAGE,
            lambda c: c["metadata"]["native_filter_configuration"][0].update(sortMetric="nothing"),
            "trie par une mesure inconnue nothing",
        ),
    ],
)
def test_each_defect_is_named(folder: Path, path: str, change: Edit, expected: str) -> None:
    if expected == "il manque un libellé français":
        change = unlabel_shown_column
    edit(folder, path, change)
    assert any(expected in message and path.split("/")[-1] in message for message in messages(folder)), messages(folder)


def unlabel_shown_column(dataset: dict[str, Any]) -> None:
    next(column for column in dataset["columns"] if column["column_name"] == "use_case_title")["verbose_name"] = None


def test_a_metric_that_only_sorts_and_would_be_drawn_is_named(folder: Path) -> None:
    path = "cycle/charts/by-establishment.yaml"
    edit(folder, path, lambda c: c["params"].update(timeseries_limit_metric="deployed_count"))
    assert any(f"{path} : la mesure deployed_count ne sert qu'à trier" in message for message in messages(folder))


def test_a_stack_whose_total_would_count_what_it_is_sorted_by_is_named(folder: Path) -> None:
    path = "cycle/charts/by-establishment.yaml"
    edit(folder, path, lambda c: c["params"].update(x_axis_sort="project_count"))
    assert any(f"{path} : le total des barres compterait aussi project_count" in said for said in messages(folder))


def test_a_missing_chart_is_named_by_the_page_that_shows_it(folder: Path) -> None:
    (folder / CHART).unlink()
    assert any(message.startswith(f"{PAGE} : la page montre un graphique") for message in messages(folder))


def test_a_chart_that_no_page_shows_is_named(folder: Path) -> None:
    shutil.copy(folder / CHART, folder / "matrice/charts/spare.yaml")
    edit(folder, "matrice/charts/spare.yaml", lambda c: c.update(uuid="11111111-1111-1111-1111-111111111111"))
    assert any("spare.yaml : aucune page ne montre ce graphique" in message for message in messages(folder))


def test_two_files_of_one_uuid_are_named(folder: Path) -> None:
    shutil.copy(folder / CHART, folder / "matrice/charts/spare.yaml")
    assert any("portent le même uuid" in message for message in messages(folder))


def test_a_dataset_that_no_chart_and_no_filter_reads_is_named(folder: Path) -> None:
    shutil.copy(folder / DATASET, folder / "datasets/mart_spare.yaml")
    edit(folder, "datasets/mart_spare.yaml", lambda c: c.update(uuid="11111111-1111-1111-1111-111111111111"))
    assert any("mart_spare.yaml : aucun graphique ni filtre ne lit" in message for message in messages(folder))


def test_a_file_that_is_not_in_its_normal_form_is_named(folder: Path) -> None:
    text = (folder / CHART).read_text(encoding="utf-8")
    (folder / CHART).write_text(f"slice_id: 12\n{text}", encoding="utf-8")
    assert any(f"{CHART} : le fichier n'est pas sous sa forme normale" in message for message in messages(folder))


def test_a_file_that_is_not_yaml_is_a_problem_and_not_a_crash(folder: Path) -> None:
    (folder / CHART).write_text("a: [", encoding="utf-8")
    assert any("fichier illisible" in message for message in messages(folder))
