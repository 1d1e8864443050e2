"""The dictionary as one HTML page that needs no other file.

Belongs here: filling the template. Does not: what is said of a table (the YAML of the dbt project).
"""

from __future__ import annotations

from pathlib import Path

import jinja2

from pipelines.products.dictionary.reading import Dictionary
from sources.home.durable import write_whole

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def page(dictionary: Dictionary, release_name: str | None = None) -> str:
    """The page; ``release_name`` is the release whose tables it describes, None outside a home."""
    return _TEMPLATES.get_template("dictionary.html.j2").render(
        families=[(heading, tables) for heading, tables in dictionary.families() if tables],
        published={table.name for table in dictionary.tables},
        table_count=len(dictionary.tables),
        column_count=sum(len(table.columns) for table in dictionary.tables),
        release_name=release_name,
    )


def write_page(path: Path, dictionary: Dictionary, release_name: str | None = None) -> None:
    """Write or replace the page at once."""
    write_whole(path, page(dictionary, release_name).encode())
