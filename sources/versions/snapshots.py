"""Acts of coordinators that fix what others may read of a campaign: each archived whole, the latest laid in the lake.

Belongs here: the tables of an act, its record in the archive, the rows of the lake. Does not: what may be published
(``pipelines.products.snapshot``), who reads it (``dbt_project``).

An act holds the figures themselves, so that neither a purge, nor a later program, nor another referential computes them
anew; and of the answers behind them only sums by criterion. It has a number of the same sequence as drops: a home made
again as of a day has the acts of before that day.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import polars as pl

from sources.archive import archive
from sources.archive.archive_records import Reception
from sources.archive.archive_references import SNAPSHOT, receive_reference
from sources.archive.archive_references import references as _references
from sources.home.home import Home
from sources.lake import lake

_UNIT: dict[str, pl.DataType | type[pl.DataType]] = {
    "perimeter_code": pl.String,
    "use_case_code": pl.String,
}
_ELEMENT: dict[str, pl.DataType | type[pl.DataType]] = {
    "use_case_code": pl.String,
    "organisation_code": pl.String,
    "answers_digest": pl.String,
}

TABLES: dict[str, pl.Schema] = {
    # grain: perimeter × use case × profile; of each figure that stands after this act
    "scores": lake.without_campaign("snapshot_scores"),
    # grain: perimeter × use case × criterion
    "criterion_scores": lake.without_campaign("snapshot_criterion_scores"),
    # grain: organisation × use case × profile; exact, each for the readers of its own organisation
    "own_scores": lake.without_campaign("snapshot_own_scores"),
    # grain: perimeter × use case × organisation × reception; who stands behind a figure, and by which file
    "contributors": lake.without_campaign("snapshot_contributors"),
    # grain: perimeter × use case × organisation; the answers behind each figure that stands
    "members": pl.Schema(_UNIT | {"organisation_code": pl.String, "answers_digest": pl.String}),
    # grain: answers (digest) × voice × criterion; a voice: the assessors who answered alike, under one written code
    "answers": pl.Schema(
        _ELEMENT
        | {
            "voice_number": pl.Int32,
            "written_code": pl.String,
            "assessor_count": pl.Int32,
            "side_code": pl.String,
            "criterion_code": pl.String,
            "score": pl.Float64,
            "answered_share": pl.Float64,
        }
    ),
    # grain: profile × criterion
    "weights": pl.Schema(
        {"profile_code": pl.String, "side_code": pl.String, "criterion_code": pl.String, "weight": pl.Int64}
    ),
}


@dataclass(frozen=True)
class Act:
    """Who fixed what, of which campaign, on what; ``snapshot_number`` counts the acts of the campaign from 1."""

    campaign_code: str
    snapshot_number: int
    taken_on: date
    taken_by: str
    reason: str
    reception_number: int
    release_name: str
    thresholds: Mapping[str, str]


@dataclass(frozen=True)
class Snapshot:
    """An act and its tables."""

    act: Act
    tables: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, act: Act, tables: Mapping[str, pl.DataFrame]) -> Snapshot:
        """Each table with its columns in order, cast strictly."""
        return cls(act, {name: tables[name].select(list(schema)).cast(schema) for name, schema in TABLES.items()})


def record(home: Home, snapshot: Snapshot) -> int:
    """Archive an act and return its number; to be called under the home's write lock."""
    return receive_reference(home, SNAPSHOT, snapshot.act.campaign_code, _packed(snapshot))


def snapshots(home: Home, campaign: str | None = None) -> list[Snapshot]:
    """The acts, of one campaign or of all, in their order."""
    return [_read(home, one) for one in _records(home) if campaign in (None, one.file_name)]


def write_lake(home: Home) -> None:
    """Lay the latest act of each campaign in the lake, and take those of before out; what is there already stays."""
    latest = {f"n{one.number:09d}": one for one in {one.file_name: one for one in _records(home)}.values()}
    for table in lake.SNAPSHOT_TABLES:
        for path in lake.parts(home.lake, table):
            if path.name != lake.SCHEMA_FILE and path.stem not in latest:
                path.unlink()
    for part, one in latest.items():
        if not all((home.lake / table / f"{part}.parquet").exists() for table in lake.SNAPSHOT_TABLES):
            lay(home.lake, part, _read(home, one))


def lay(folder: Path, part: str, snapshot: Snapshot) -> None:
    """Write an act's rows as a part of the lake's tables."""
    act, schema = asdict(snapshot.act), lake.LAKE_TABLES["snapshots"]
    lake.write(folder, "snapshots", part, pl.DataFrame([{column: act[column] for column in schema}], schema=schema))
    for name in ("scores", "criterion_scores", "own_scores", "contributors"):
        rows = snapshot.tables[name].with_columns(campaign_code=pl.lit(snapshot.act.campaign_code))
        lake.write(folder, f"snapshot_{name}", part, rows)


def _records(home: Home) -> list[Reception]:
    return [one for one in _references(home) if one.kind == SNAPSHOT]


def _packed(snapshot: Snapshot) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as folder:
        folder.writestr(_entry("act.json"), json.dumps(asdict(snapshot.act), default=str, ensure_ascii=False, indent=1))
        for name, rows in snapshot.tables.items():
            content = io.BytesIO()
            rows.write_parquet(content)
            folder.writestr(_entry(f"{name}.parquet"), content.getvalue())
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the clock: the same act is the same bytes."""
    return zipfile.ZipInfo(name)


def _read(home: Home, one: Reception) -> Snapshot:
    with zipfile.ZipFile(archive.content_path(home, one.content_sha256)) as folder:
        act = json.loads(folder.read("act.json"))
        tables = {name: pl.read_parquet(io.BytesIO(folder.read(f"{name}.parquet"))) for name in TABLES}
    return Snapshot(Act(**{**act, "taken_on": date.fromisoformat(act["taken_on"])}), tables)
