"""The publication: readers see a whole release or the one before, never between.

Belongs here: copying the built warehouse into a release, verifying it, pointing ``published/current`` at it,
keeping the last releases. Does not: building the warehouse (``warehouse``), telling Dagster (``assets``).
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from pipelines.warehouse.build_stamp import BuildStamp, read_stamp
from pipelines.warehouse.checksums import file_checksums, table_checksums
from pipelines.warehouse.ducklake.catalog import NAME, catalog_of
from pipelines.warehouse.ducklake.copying import copy_out
from pipelines.warehouse.ducklake.holding import noted_snapshot
from sources.archive import archive, archive_events
from sources.home.configuration import configuration
from sources.home.durable import sync_folder
from sources.home.home import WAREHOUSE_FILE, Home
from sources.home.home_layout import refuse_where_pages_alone_are_served

NAME_FORMAT = "%Y%m%dT%H%M%S.%fZ"
RELEASE_FILE = "release.json"
_PUBLISHED_PREFIXES = ("dim_", "bridge_", "fct_", "mart_")


class PublicationError(Exception):
    """There is nothing fit to be published, or the copy differs from what was built; the message is French."""


@dataclass(frozen=True)
class Release:
    """What a release holds: its name (UTC time), its build, and the rows and checksum of each table (``checksums``)."""

    name: str
    published_at: str
    build: BuildStamp
    row_counts: dict[str, int] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Release:
        content = json.loads(path.read_text())
        return cls(**{**content, "build": BuildStamp(**content["build"])})


def current_release(home: Home) -> Release | None:
    """The release that readers see, or None before the first publication."""
    try:
        return Release.read(home.published / "current" / RELEASE_FILE)
    except FileNotFoundError:
        return None


def readable_release(home: Home) -> Release | None:
    """The same; None too where a release is damaged, or of a version that this program does not know."""
    try:
        return current_release(home)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_behind(home: Home) -> bool:
    """Whether something received is neither in the publication, nor set aside, nor purged."""
    release = current_release(home)
    known = {*release.build.receptions, *release.build.set_aside} if release else set()
    return bool(set(archive.reception_numbers(home)) - known - archive_events.purges(home).keys())


def publish(home: Home) -> Release:
    """Publish the last good build and return its release; the same build again returns the release there is.

    Raises ``PublicationError`` when no good build stands in the warehouse or the copy is not equal to it; the
    publication of before then stays; ``HomeError`` where ``published/`` is another's.
    """
    refuse_where_pages_alone_are_served(home)
    build = read_stamp(home)
    if build is None:
        raise PublicationError(
            "L'entrepôt n'a pas été construit jusqu'au bout : rien n'est publié, la publication précédente reste. "
            "Relancez la construction de l'entrepôt."
        )
    published = current_release(home)
    if published is not None and published.build == build and is_whole(home, published):
        return published
    release = _make_release(home, build)
    point_current_at(home, release.name)
    forget_old_releases(home, home.published, keep=release.name)
    return release


def row_counts(warehouse: Path) -> dict[str, int]:
    """Rows of each base table of a DuckDB file, opened read-only."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return _row_counts(connection, "warehouse")


def built_row_counts(home: Home) -> dict[str, int]:
    """Rows of each base table of the warehouse as the last good build left it.

    Raises ``CatalogUnreachable``, or ``duckdb.Error`` for a file that cannot be read.
    """
    catalog = catalog_of(home)
    if catalog is None:
        return row_counts(home.warehouse)
    with catalog.attached(_built_snapshot(home)) as connection:
        return _row_counts(connection, NAME)


def built_checksums(home: Home) -> dict[str, str]:
    """The checksum of each base table of the warehouse as the last good build left it."""
    catalog = catalog_of(home)
    if catalog is None:
        return file_checksums(home.warehouse)
    with catalog.attached(_built_snapshot(home)) as connection:
        return table_checksums(connection, NAME)


def _row_counts(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, int]:
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? and not internal order by all",
        [catalog],
    ).fetchall()
    counts = [
        f'select \'{table}\' as name, count(*) as row_count from "{catalog}"."{schema}"."{table}"'
        for schema, table in tables
    ]
    return dict(connection.execute(" union all ".join(counts)).fetchall()) if counts else {}


def is_whole(home: Home, release: Release) -> bool:
    """Whether the file that readers see can be read and holds the rows that ``release`` counted."""
    try:
        return row_counts(home.current_release) == release.row_counts
    except duckdb.Error:
        return False


def _make_release(home: Home, build: BuildStamp) -> Release:
    releases = home.published / "releases"
    name = _next_name(releases)
    half = releases / f".{name}.half"
    half.mkdir(parents=True)
    try:
        counts = _copy_verified(home, half / WAREHOUSE_FILE)
        checksums = file_checksums(half / WAREHOUSE_FILE)
        release = Release(name, datetime.now(UTC).isoformat(timespec="seconds"), build, counts, checksums)
        (half / RELEASE_FILE).write_text(json.dumps(asdict(release), indent=1, sort_keys=True) + "\n")
        for path in (half / WAREHOUSE_FILE, half / RELEASE_FILE):
            path.chmod(0o444)
            sync_file(path)
        sync_folder(half)
        half.rename(releases / name)
        sync_folder(releases)
        return release
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _copy_verified(home: Home, copy: Path) -> dict[str, int]:
    """Copy what was built, less its views that read the lake; the rows of each table, as many as were built.

    The file is copied, not its tables one by one: that costs as much as all else in a pass, whatever it brought. What a
    purge takes away is in no free block of it, since the warehouse is then made anew (``replay``).
    """
    expected = _take_copy(home, copy)
    _drop_views_on_files(copy)
    copied = row_counts(copy)
    if copied != expected:
        different = sorted(t for t in expected.keys() | copied.keys() if expected.get(t) != copied.get(t))
        raise PublicationError(
            f"La copie publiée diffère de l'entrepôt ({', '.join(different)}) : la publication précédente reste."
        )
    return copied


def _take_copy(home: Home, copy: Path) -> dict[str, int]:
    """The copy, and the rows of each table in what it was made from."""
    catalog = catalog_of(home)
    if catalog is None:
        expected = _settled_row_counts(home.warehouse)
        _copy_file(home.warehouse, copy)
        return expected
    snapshot = _built_snapshot(home)
    copy_out(catalog, snapshot, copy, f"{home.lake},{home.analysis}")
    with catalog.attached(snapshot) as connection:
        return _row_counts(connection, NAME)


def _built_snapshot(home: Home) -> int:
    snapshot = noted_snapshot(home)
    if snapshot is None:
        raise PublicationError(
            "Le catalogue DuckLake des réglages n'est pas celui où l'entrepôt a été construit : la publication "
            "précédente reste. Relancez la construction de l'entrepôt."
        )
    return snapshot


def _settled_row_counts(built: Path) -> dict[str, int]:
    """Rows of each table, once all is in the file itself: what a killed process left in its log is taken in."""
    with duckdb.connect(str(built)) as connection:
        connection.execute("checkpoint")
        return _row_counts(connection, "warehouse")


def _copy_file(built: Path, copy: Path) -> None:
    shutil.copyfile(built, copy)


def _drop_views_on_files(copy: Path) -> None:
    """Readers have no lake: without access to files, a view that reads one does not bind, and is dropped.

    Raises ``PublicationError`` for a view that is published by its name.
    """
    with duckdb.connect(str(copy), config={"enable_external_access": False}) as connection:
        for schema, view in connection.execute(
            "select schema_name, view_name from duckdb_views() where database_name = 'warehouse' and not internal"
        ).fetchall():
            try:
                connection.execute(f'describe "{schema}"."{view}"')
            except duckdb.Error as error:
                if view.startswith(_PUBLISHED_PREFIXES):
                    raise PublicationError(
                        f"La vue {view} ne tient pas sur les seules tables publiées : la publication précédente reste."
                    ) from error
                connection.execute(f'drop view "{schema}"."{view}"')


def _next_name(releases: Path) -> str:
    """Now, or just after the newest release when the clock has gone back: names order as publications do."""
    newest = max((path.name for path in releases.glob("2*Z")), default="")
    now = datetime.now(UTC)
    if newest and now.strftime(NAME_FORMAT) <= newest:
        now = datetime.strptime(newest, NAME_FORMAT) + timedelta(microseconds=1)
    return now.strftime(NAME_FORMAT)


def point_current_at(home: Home, name: str) -> None:
    """Let readers see the release of this name from now on."""
    point_readers_at(home.published, name)


def point_readers_at(published: Path, name: str) -> None:
    """The same in any folder of releases."""
    link = published / ".current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / name)
    link.replace(published / "current")
    sync_folder(published)


def forget_old_releases(home: Home, published: Path, keep: str) -> None:
    """Delete all but the newest releases, those that hold a purged file, and what a killed publication left.

    An open reader keeps its file.
    """
    releases = published / "releases"
    purged = archive_events.purges(home).keys()
    for path in releases.glob("2*Z") if purged else ():
        if path.name != keep and not purged.isdisjoint(_receptions_in(path)):
            shutil.rmtree(path, ignore_errors=True)
    others = sorted((path for path in releases.glob("2*Z") if path.name != keep), reverse=True)
    for old in others[configuration(home).retention.releases - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
    for left in releases.glob(".*.half"):
        shutil.rmtree(left, ignore_errors=True)


def _receptions_in(release: Path) -> list[int]:
    try:
        return list(json.loads((release / RELEASE_FILE).read_text())["build"]["receptions"])
    except (OSError, ValueError, KeyError):
        return []


def sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
