"""The catalog that a home's warehouse stands in, and a connection to it.

Belongs here: which catalog the settings name, what dbt is told of it, attaching it. Does not: whether it is fit to be
used (``guards``), who may write (``holding``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import duckdb

from pipelines.warehouse.ducklake.extensions import EXTENSIONS, extension_folder, lay_extensions
from sources.home.configuration import Warehouse, configuration
from sources.home.home import Home

SCHEMA = "cartographie_warehouse"
"""DuckLake's own tables, in PostgreSQL: the metadata of Dagster and Superset may stand in the same base."""

NAME = "warehouse"
"""How the catalog is attached: views are written with this name, which is that of each release's file too."""


class CatalogUnreachable(Exception):
    """PostgreSQL, which holds the catalog, does not answer or stopped answering; the message is French."""


@dataclass(frozen=True)
class StorageKey:
    """What opens storage that speaks S3; ``host`` is where it is, with its port."""

    host: str
    is_encrypted: bool
    region: str
    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Catalog:
    """One catalog; ``options`` are those of its address (``sslmode=require``), as libpq takes them."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    options: dict[str, str]
    data_path: Path | str
    extensions: Path
    key: StorageKey | None = None

    @property
    def place(self) -> str:
        """Where it is, without who asks."""
        return f"{self.host}:{self.port}/{self.database}"

    @property
    def variables(self) -> dict[str, str]:
        """What dbt's profile reads; dbt never shows what DBT_ENV_SECRET_ begins."""
        return {
            "CARTOGRAPHIE_CATALOG_HOST": self.host,
            "CARTOGRAPHIE_CATALOG_PORT": str(self.port),
            "CARTOGRAPHIE_CATALOG_DATABASE": self.database,
            "CARTOGRAPHIE_CATALOG_USER": self.user,
            "DBT_ENV_SECRET_CATALOG_PASSWORD": self.password,
            "CARTOGRAPHIE_CATALOG_OPTIONS": self.libpq_options,
            "CARTOGRAPHIE_CATALOG_SCHEMA": SCHEMA,
            "CARTOGRAPHIE_DATA_PATH": str(self.data_path),
            "CARTOGRAPHIE_EXTENSIONS": str(self.extensions),
            **self._key_variables,
        }

    @property
    def _key_variables(self) -> dict[str, str]:
        key = self.key or StorageKey("", True, "", "", "")
        return {
            "CARTOGRAPHIE_S3_SCOPE": str(self.data_path) if self.key else "s3://aucun",
            "CARTOGRAPHIE_S3_HOST": key.host,
            "CARTOGRAPHIE_S3_ENCRYPTED": str(key.is_encrypted).lower(),
            "CARTOGRAPHIE_S3_REGION": key.region,
            "CARTOGRAPHIE_S3_KEY_ID": key.key_id,
            "DBT_ENV_SECRET_S3_SECRET": key.secret,
        }

    @property
    def libpq_options(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self.options.items())

    @contextmanager
    def connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that knows the extensions, and the key of the storage."""
        lay_extensions(self.extensions)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "extension_directory": str(self.extensions),
            "autoinstall_known_extensions": False,
        }
        with duckdb.connect(":memory:", config=settings) as connection:
            for extension in EXTENSIONS:
                connection.load_extension(extension)
            if self.key is not None:
                connection.execute(
                    f"create secret storage (type s3, scope {_text(str(self.data_path))}, url_style 'path', "
                    f"endpoint {_text(self.key.host)}, use_ssl {self.key.is_encrypted}, "
                    f"region {_text(self.key.region)}, key_id {_text(self.key.key_id)}, "
                    f"secret {_text(self.key.secret)})"
                )
            yield connection

    @contextmanager
    def attached(self, snapshot: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with the catalog attached, to read one ``snapshot``, or to write."""
        with self.connected() as connection:
            connection.execute(
                f"create secret catalog (type postgres, host {_text(self.host)}, port {_text(str(self.port))}, "
                f"database {_text(self.database)}, user {_text(self.user)}, password {_text(self.password)})"
            )
            read_only = "" if snapshot is None else f", read_only, snapshot_version {snapshot}"
            statement = (
                f"attach {_text(f'ducklake:postgres:{self.libpq_options}')} as {NAME} (meta_secret 'catalog', "
                f"metadata_schema {_text(SCHEMA)}, data_path {_text(str(self.data_path))}, "
                f"data_inlining_row_limit 0{read_only})"
            )
            try:
                connection.execute(statement)
            except duckdb.IOException as error:
                raise unreachable(self, error) from None
            yield connection


def catalog_of(home: Home) -> Catalog | None:
    """The catalog of the home's warehouse; None when it is a file."""
    target = home.target or configuration(home).warehouse.target
    return None if home.is_apart or target == "file" else configured_catalog(home)


def configured_catalog(home: Home) -> Catalog | None:
    """The catalog that the settings name, wherever the warehouse stands; None when they name none."""
    settings = configuration(home).warehouse
    if settings.catalog_url is None or settings.data_path is None:
        return None
    url = urlsplit(settings.catalog_url.get_secret_value())
    return Catalog(
        host=url.hostname or "localhost",
        port=url.port or 5432,
        database=unquote(url.path.lstrip("/")) or unquote(url.username or "postgres"),
        user=unquote(url.username or "postgres"),
        password=unquote(url.password or ""),
        options={"connect_timeout": "10", **dict(parse_qsl(url.query))},
        data_path=settings.data_path,
        extensions=extension_folder(home),
        key=_key(settings) if isinstance(settings.data_path, str) else None,
    )


def _key(settings: Warehouse) -> StorageKey:
    assert settings.s3_endpoint and settings.s3_key_id and settings.s3_secret
    scheme, _, host = settings.s3_endpoint.rstrip("/").partition("://")
    return StorageKey(
        host, scheme == "https", settings.s3_region, settings.s3_key_id, settings.s3_secret.get_secret_value()
    )


def unreachable(catalog: Catalog, error: Exception | None = None) -> CatalogUnreachable:
    """The same said of any loss of it."""
    lines = str(error or "connexion perdue").strip().splitlines()
    return CatalogUnreachable(
        f"Le catalogue DuckLake ne répond pas ou ne répond plus ({catalog.place} : {lines[0] if lines else '?'}) : "
        "aucun dépôt n'est en cause, la dernière publication reste en place."
    )


def target_of(home: Home) -> str:
    """The name of the target in dbt's profile."""
    return "file" if catalog_of(home) is None else "ducklake"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
