"""The dictionary of a home: the types of its release where no contract states them.

Belongs here: asking the release for its types. Does not: what is said of a table (``reading``).
"""

from __future__ import annotations

import duckdb

from pipelines.products.dictionary.reading import Dictionary, read_dictionary
from sources.home.home import Home


def dictionary_of(home: Home) -> Dictionary:
    """The dictionary with the types of the published release; without a release, those of the contracts alone."""
    if not home.current_release.exists():
        return read_dictionary()
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        return read_dictionary(types=types_of(connection))


def types_of(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """(table, column) → the type that an open release gives it."""
    rows = connection.execute("select table_name, column_name, data_type from information_schema.columns").fetchall()
    return {(table, column): kind for table, column, kind in rows}
