"""The SQL of a model says which columns it has, before its contract knows them."""

import shutil
from pathlib import Path

from pipelines.glossary.sql_columns import sql_columns
from pipelines.warehouse.dbt_manifest import DBT_PROJECT


def test_a_column_that_no_contract_knows_yet_is_found_in_the_sql(tmp_path: Path) -> None:
    project = Path(shutil.copytree(DBT_PROJECT, tmp_path / "project", ignore=shutil.ignore_patterns("target", "logs")))
    mart = project / "models" / "marts" / "quality" / "mart_notice.sql"
    before = mart.read_text(encoding="utf-8").rstrip()
    mart.write_text(f"select made.*, 1 as new_count from (\n{before}\n) as made\n", encoding="utf-8")
    columns = sql_columns(project)
    assert (
        list(columns["mart_notice"].items())[-1] == ("new_count", "integer") and "notice_text" in columns["mart_notice"]
    )
    assert "axis_label" in columns["mart_cartography"], "a mart that a broken contract does not touch is asked as well"
