"""Organisations as each received version of a site's referential described them, in the lake.

Belongs here: the versions of ``organisations.csv``, from the archive's references. Does not: the present referential
(``sources.referential``), what the models make of versions (``dim_establishment_history``).

Version 0 is what the project ships. A version lists the rows of its own file; what it does not list is described by
the shipped rows. A row without code marks each version, so that one whose file was emptied is seen too.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from sources.archive import archive
from sources.archive.archive_records import Reception, references
from sources.archive.archive_references import REFERENTIAL
from sources.home.home import Home
from sources.lake import lake
from sources.referential.checks import resolve
from sources.referential.loader import load_referential
from sources.referential.reading import read_table
from sources.referential.schema import TABLES

TABLE = "organisation_versions"
_FILE = "organisations.csv"
_COLUMNS = {
    "organisation_code": "code",
    "organisation_label": "label",
    "ej_finess": "ej_finess",
    "sector_code": "sector_code",
    "is_gcs_member": "member_gcs",
    "is_health_establishment": "is_health_establishment",
    "department_code": "department_code",
}


def write_organisation_versions(home: Home) -> None:
    """Lay the versions that the lake lacks; the shipped one is written anew, since the project may have changed it."""
    shipped = load_referential().table("organisations").rows(named=True)
    _write(home, "n000000000", [_row(0, None, values) for values in shipped])
    for version in references(home):
        part = f"n{version.number:09d}"
        is_one = (version.kind, version.file_name) == (REFERENTIAL, _FILE)
        if is_one and not (home.lake / TABLE / f"{part}.parquet").exists():
            _write(home, part, _rows(home, version))


def _rows(home: Home, version: Reception) -> list[dict[str, Any]]:
    received_at = version.received_at.replace(tzinfo=None)
    marker = _row(version.number, received_at, {})
    path = archive.content_path(home, version.content_sha256)
    if not version.byte_count or not path.exists():
        return [marker]
    # what is wrong in it was said when it was received, and did not stop it only if it was well
    written = read_table(path, TABLES["organisations"], True, [])
    entries = resolve({}, {"organisations": written}, [])["organisations"].values()
    return [marker, *(_row(version.number, received_at, entry.values) for entry in entries)]


def _row(number: int, received_at: Any, values: dict[str, Any]) -> dict[str, Any]:
    described = {name: values.get(column) for name, column in _COLUMNS.items()}
    return {"reception_number": number, "received_at": received_at, **described}


def _write(home: Home, part: str, rows: list[dict[str, Any]]) -> None:
    schema = lake.LAKE_TABLES[TABLE]
    lake.write(home.lake, TABLE, part, pl.DataFrame(rows, schema=dict(schema)))
