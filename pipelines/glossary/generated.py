"""Every generated file that is committed: where it stands, and the text that its source gives today."""

from collections.abc import Iterator
from pathlib import Path

from pipelines.glossary.exposures import exposures
from pipelines.glossary.model_columns import NOT_ASKED, SqlColumns, model_files
from pipelines.glossary.page_columns import page_columns
from pipelines.glossary.rules_model import rules_model
from sources.glossary import read_glossary

ROOT = Path(__file__).parents[2]


def generated_files(root: Path = ROOT, in_sql: SqlColumns = NOT_ASKED) -> Iterator[tuple[Path, str]]:
    """Each file below `root` with the text that it must have."""
    yield root / "dbt_project" / "models" / "staging" / "rules" / "stg_rules.sql", rules_model()
    models = dict(model_files(root / "dbt_project", read_glossary(), in_sql))
    yield from models.items()
    yield root / "dashboards" / "columns.yaml", page_columns(models.values())
    yield root / "dbt_project" / "models" / "exposures.yml", exposures(root)


def write_generated(root: Path = ROOT, in_sql: SqlColumns = NOT_ASKED) -> list[Path]:
    """Write those that are not up to date; return them."""
    stale = []
    for path, text in generated_files(root, in_sql):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            stale.append(path)
    return stale
