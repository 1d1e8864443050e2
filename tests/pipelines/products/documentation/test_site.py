"""The documentation as a site: it is built strictly, and what the program says of itself is in it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.products.documentation import generated_pages
from sources.glossary import read_glossary
from sources.home.configuration import all_settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    outcome = CliRunner().invoke(app, ["docs", str(folder)])
    assert outcome.exit_code == 0, outcome.output
    return folder


def test_each_reader_finds_a_door_and_the_references_are_there(site: Path) -> None:
    first = (site / "index.html").read_text(encoding="utf-8")
    for door in ("etablissements.html", "coordination.html", "exploitation.html", "developpement.html"):
        assert f'href="{door}"' in first and (site / door).exists()
    models = (site / "generated" / "models.html").read_text(encoding="utf-8")
    for reference in ("dictionary.html", "dbt.html"):
        assert f'href="{reference}"' in models and (site / "generated" / reference).exists()
    assert "mart_portfolio_matrix" in (site / "generated" / "dbt.html").read_text(encoding="utf-8")


def test_a_reader_s_browser_asks_nobody_else(site: Path) -> None:
    assert "fonts.googleapis" not in (site / "index.html").read_text(encoding="utf-8")


def test_every_command_setting_and_column_is_in_the_generated_pages() -> None:
    pages = generated_pages(app)
    assert "## `cartographie dashboards publish`" in pages["commands.md"] and "--as-of" in pages["commands.md"]
    assert all(f"`{name}`" in pages["settings.md"] for _, name, _, _ in all_settings())
    assert all(f"`{name}`" in pages["columns.md"] for name in read_glossary().columns)
