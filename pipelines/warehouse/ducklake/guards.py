"""Whether the catalog and its storage can be built in: each thing that is not is refused before anything is written.

Belongs here: PostgreSQL that does not answer, a catalog of another format or of another folder. Does not: files that
cannot be written (``storage``), a wheel that is missing (``extensions``), another writer (``holding``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from pipelines.warehouse.ducklake.catalog import SCHEMA, Catalog, CatalogUnreachable, unreachable
from pipelines.warehouse.ducklake.extensions import lay_extensions
from pipelines.warehouse.ducklake.storage import StorageRefused, check_storage

if TYPE_CHECKING:
    import psycopg2.extensions

_STAYS = "la dernière publication reste en place."


class CatalogUnfit(Exception):
    """The catalog is of another format or another installation; the message is French."""


def check(catalog: Catalog) -> None:
    """Raise ``ExtensionMissing``, ``CatalogUnreachable``, ``StorageRefused`` or ``CatalogUnfit``; makes an empty
    catalog where there is none."""
    lay_extensions(catalog.extensions)
    with asking(catalog) as connection:
        is_new = snapshot_in(connection) is None
    check_storage(catalog, is_new)
    try:
        with catalog.attached():
            pass
    except duckdb.Error as error:
        raise CatalogUnfit(_why_unfit(catalog, str(error))) from None


@contextmanager
def asking(catalog: Catalog) -> Iterator[psycopg2.extensions.connection]:
    """PostgreSQL itself; raises ``CatalogUnreachable``, whose message names no password."""
    import psycopg2

    try:
        connection = psycopg2.connect(
            host=catalog.host, port=catalog.port, dbname=catalog.database, user=catalog.user,
            password=catalog.password, application_name="cartographie", **catalog.options,
        )  # fmt: skip
    except psycopg2.Error as error:
        raise unreachable(catalog, error) from None
    try:
        connection.autocommit = True
        yield connection
    finally:
        connection.close()


def snapshot_in(connection: psycopg2.extensions.connection) -> int | None:
    """The newest snapshot; None where no catalog was made yet."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"{SCHEMA}.ducklake_snapshot"])
        if cursor.fetchone() == (False,):
            return None
        cursor.execute(f"select max(snapshot_id) from {SCHEMA}.ducklake_snapshot")
        found = cursor.fetchone()
    return None if found is None or found[0] is None else int(found[0])


def holds_tables(connection: psycopg2.extensions.connection) -> bool:
    """Whether anything was built in the catalog, and not taken away again."""
    if snapshot_in(connection) is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"select exists (select 1 from {SCHEMA}.ducklake_table where end_snapshot is null)")
        return bool(cursor.fetchone() == (True,))


def cause_of(catalog: Catalog, error: duckdb.Error) -> Exception:
    """What ended a statement: the catalog when it does not answer, else the files that it names."""
    try:
        with asking(catalog):
            pass
        check_storage(catalog)
    except (CatalogUnreachable, StorageRefused) as found:
        return found
    return StorageRefused(
        f"Les fichiers de DuckLake sous {catalog.data_path} ne peuvent pas être lus ({type(error).__name__}) : {_STAYS}"
    )


def _why_unfit(catalog: Catalog, said: str) -> str:
    formats = re.search(r"catalog version is (\S+), but the extension requires version (\d+(?:\.\d+)*)", said)
    if formats:
        reason = f"il est au format {formats[1]}, ce programme connaît le format {formats[2]}"
    elif "DATA_PATH" in said:
        reason = f"il a été fait pour un autre dossier que {catalog.data_path}"
    else:
        reason = "ce qu'il contient ne se lit pas"
    return f"Le catalogue DuckLake {catalog.place} ne peut pas être pris ({reason}) : {_STAYS}"
