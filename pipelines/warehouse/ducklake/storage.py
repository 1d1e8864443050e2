"""Where DuckLake's Parquet files lie: a folder that hosts share, or storage that speaks S3; tried before each build.

Belongs here: whether files can be written there, and whether a new catalog would take over somebody else's. Does not:
the catalog (``guards``).
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import duckdb

from pipelines.warehouse.ducklake.catalog import Catalog
from sources.home.system_errors import system_reason

TRIAL = ".essai.csv"
"""Written over at each trial: DuckDB cannot take a file away from such storage."""

_STAYS = "rien n'a été construit, la dernière publication reste en place."
_ANSWERS = {"403": "la clé n'ouvre pas ce seau", "404": "ce seau n'existe pas"}


class StorageRefused(Exception):
    """The files cannot be written where the settings say; the message is French."""


def check_storage(catalog: Catalog, is_new: bool = False) -> None:
    """Raise ``StorageRefused`` when nothing can be written there, or a new catalog would take it over."""
    if isinstance(catalog.data_path, Path):
        _check_folder(catalog.data_path, is_new)
    else:
        _check_bucket(catalog, catalog.data_path, is_new)


def _check_folder(folder: Path, is_new: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if is_new and any(folder.iterdir()):
            raise _taken(folder)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".essai-") as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        raise StorageRefused(
            f"Le dossier {folder} des fichiers de DuckLake ne peut pas être écrit ({system_reason(error.errno)}) : "
            f"{_STAYS}"
        ) from None


def _check_bucket(catalog: Catalog, place: str, is_new: bool) -> None:
    with catalog.connected() as connection:
        try:
            if is_new:
                found = connection.execute("select file from glob(?)", [f"{place}/**"]).fetchall()
                if any(not file.endswith(f"/{TRIAL}") for (file,) in found):
                    raise _taken(place)
            connection.execute(f"copy (select 1 as n) to '{place}/{TRIAL}' (format csv)")
        except duckdb.Error as error:
            raise StorageRefused(
                f"Le stockage {place} des fichiers de DuckLake ne peut pas être écrit ({_reason(error)}) : {_STAYS}"
            ) from None


def _taken(place: Path | str) -> StorageRefused:
    return StorageRefused(
        f"Le dossier {place} n'est pas vide, et le catalogue est neuf : ce qui y traîne serait pris pour des restes, "
        "et effacé. Donnez un dossier vide à [warehouse] data_path."
    )


def _reason(error: duckdb.Error) -> str:
    """Why, without the words of the server, which may quote what was sent."""
    found = re.search(r"\b(4\d\d|5\d\d)\b", str(error))
    if found is None:
        return "il ne répond pas"
    return _ANSWERS.get(found[1], f"il répond {found[1]}")
