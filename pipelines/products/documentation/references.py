"""The two references that are pages of their own: the dictionary, and dbt's documentation in one file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from pipelines.products.dictionary import read_dictionary, write_page
from pipelines.products.documentation.site import SiteError
from pipelines.warehouse.dbt_manifest import (
    DBT_PROJECT,
    common_arguments,
    ensure_manifest,
    home_in_environment,
    target_folder,
)
from sources.home.home import Home


def write_references(folder: Path) -> None:
    """Write both. Raises ``SiteError`` when dbt cannot document its models."""
    write_page(folder / "dictionary.html", read_dictionary())
    _write_dbt_documentation(folder / "dbt.html")


def _write_dbt_documentation(path: Path) -> None:
    """Without a warehouse: what there is to say of a model stands beside it."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(scratch))
        options = ["docs", "generate", "--static", "--empty-catalog", "--no-compile"]
        ensure_manifest(home)
        with home_in_environment(home):
            result = dbtRunner().invoke([*options, *common_arguments(home, DBT_PROJECT)])
        made = target_folder(home) / "static_index.html"
        if not result.success or not made.exists():
            raise SiteError(f"dbt n'a pas pu documenter ses modèles : {result.exception}")
        shutil.copyfile(made, path)
