"""The data dictionary: no hole, nothing invented, readable without anything else."""

from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.products.dictionary import read_dictionary
from pipelines.products.dictionary.page import page
from pipelines.products.dictionary.reading import FAMILIES, DictionaryError
from pipelines.products.dictionary.sheet import TITLES, sheet_rows
from sources.home.home import Home


def test_every_published_column_is_in_the_dictionary_with_both_languages(demo_home: Home) -> None:
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        published = {
            (table, column)
            for table, column in connection.execute(
                "select table_name, column_name from information_schema.columns"
            ).fetchall()
            if table.startswith(tuple(FAMILIES))
        }
    dictionary = read_dictionary()
    described = {(table.name, column.name) for table in dictionary.tables for column in table.columns}
    assert published - described == set(), "colonnes publiées sans description"
    assert described - published == set(), "colonnes décrites qui ne sont pas publiées"
    for table in dictionary.tables:
        assert table.label_fr and table.description and table.grain
        assert [column.name for column in table.columns if not (column.label_fr and column.description)] == []
        assert not table.name.startswith("mart_") or all(column.type for column in table.columns), table.name


def test_keys_and_references_are_those_of_the_tests_of_the_models() -> None:
    answers = read_dictionary()["fct_assessment_answer"]
    assert answers.key == ["assessment_id", "question_code"]
    refers = {column.name: column.refers_to for column in answers.columns if column.refers_to}
    assert refers["question_code"] == ("dim_question", "question_code")


@pytest.mark.parametrize("hole", ["label_fr", "description"])
def test_a_hole_is_refused_by_file_and_column(tmp_path: Path, hole: str) -> None:
    column = {"name": "a_code", "description": "A", "config": {"meta": {"label_fr": "A"}}}
    (column if hole == "description" else column["config"]["meta"])[hole] = ""
    model = {"name": "mart_x", "description": "X. Grain: a.", "config": {"meta": {"label_fr": "X", "grain": "a"}}}
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mart_x.yml").write_text(yaml.safe_dump({"models": [model | {"columns": [column]}]}))
    with pytest.raises(DictionaryError, match=rf"mart_x.yml : « {hole} » manque pour mart_x.a_code"):
        read_dictionary(tmp_path)


def test_the_page_stands_alone_and_its_links_lead_somewhere() -> None:
    dictionary = read_dictionary()
    text = page(dictionary, "20261123T000000.000000Z")
    assert '<html lang="fr">' in text
    assert "src=" not in text and "<link" not in text and "url(" not in text
    targets = {part.split('"')[0] for part in text.split('href="#')[1:]}
    assert targets == {table.name for table in dictionary.tables}
    assert all(f'id="{name}"' in text for name in targets)


def test_the_command_writes_the_page_and_the_sheet(demo_home: Home, tmp_path: Path) -> None:
    html, xlsx = tmp_path / "dictionnaire.html", tmp_path / "dictionnaire.xlsx"
    arguments = ["dictionary", "--html", str(html), "--xlsx", str(xlsx), "--home", str(demo_home.root)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    [sheet] = openpyxl.load_workbook(xlsx).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == list(TITLES)
    assert len(rows) - 1 == len(sheet_rows(read_dictionary()))
    types = {(row[1], row[4]): row[7] for row in rows[1:]}
    assert types["dim_axis", "axis_label"] == "varchar", "the type of a table without contract is that of the release"
    assert "impact_score" in html.read_text()


def test_the_command_asks_where_to_write(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["dictionary", "--home", str(tmp_path)]).exit_code == 2
