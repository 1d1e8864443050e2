"""What the site shows that stands in no file of docs/: pages made of the program itself, when the site is built."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from pipelines.cli import app
from pipelines.products.documentation import generated_pages, write_references


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    for name, text in generated_pages(app).items():
        files.append(File.generated(config, f"generated/{name}", content=text))
    return files


def on_post_build(config: MkDocsConfig) -> None:
    """Add what are pages of their own: the dictionary, and dbt's documentation of the models."""
    write_references(Path(config.site_dir) / "generated")
