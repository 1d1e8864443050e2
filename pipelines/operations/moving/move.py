"""The warehouse moved between a file and DuckLake: made again from the archive on the other side, compared, switched.

Belongs here: the order of a move, and what makes it refused. Does not: the setting's file (``settings_file``).

All is made in ``<home>/move/``, on a lake of its own; until the setting is switched nothing of the home has changed,
and a move that was killed is begun again by the same command. Between setting and stamp a pass would build all from
nothing, as after any change of the setting. What stood before stays where it is until it is thrown away.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pipelines.operations.moving.settings_file import overriding_variable, write_target
from pipelines.products.as_of import copy_records, fill_from_records
from pipelines.warehouse.build_stamp import read_stamp, write_stamp
from pipelines.warehouse.checksums import differences
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.ducklake.catalog import configured_catalog, target_of
from pipelines.warehouse.ducklake.guards import asking, holds_tables
from pipelines.warehouse.ducklake.holding import noted_snapshot, take_note_over
from pipelines.warehouse.ducklake.tidying import empty, empty_left_behind
from pipelines.warehouse.lake_state import lake_state
from pipelines.warehouse.publication import Release, built_checksums, is_behind, publish
from pipelines.warehouse.purging import MOVE_FOLDER
from pipelines.warehouse.rebuild import rebuild
from pipelines.warehouse.rebuild_check import analysis_models, comparable_release
from sources.home.configuration import FILE_NAME
from sources.home.durable import write_whole
from sources.home.home import Home
from sources.home.writer_lock import writing

Target = Literal["file", "ducklake"]
_MARK = "move.json"
_EVER = datetime.max.replace(tzinfo=UTC)


class MoveRefused(Exception):
    """The warehouse cannot be moved as things stand; nothing has changed. The message is French."""


class DifferentOnTheOtherSide(Exception):
    """What was built on the other target is not what is published; nothing was switched. The message is French."""


@dataclass(frozen=True)
class Move:
    """What a move did: the release that readers now see, tables compared, the settings file if it was written."""

    release: Release
    table_count: int = 0
    settings_file: Path | None = None


def move(home: Home, target: Target) -> Move:
    """Build the warehouse on ``target`` from the archive, and switch to it when it equals what is published.

    On a warehouse that is there already, the publication alone is brought up to date. Raises ``MoveRefused``,
    ``NothingToCompareError``, ``DifferentOnTheOtherSide``, ``BuildFailed`` and what ``holding`` raises.
    """
    with writing(home.root, "déménagement de l'entrepôt"):
        if _is_there(home, target):
            return Move(publish(home))
        _check_settings(home, target)
        comparable_release(home)
        if is_behind(home):
            raise MoveRefused("Des dépôts reçus attendent d'être publiés : faites d'abord « cartographie run ».")
        built = _build_apart(home, target)
        table_count = _compare(home, built)
        return _switch(home, built, target, table_count)


def forget_other(home: Home, target: Target) -> None:
    """Throw away what stands on the target that the warehouse has left; ``target`` is where it now is.

    Raises ``MoveRefused`` when the warehouse is not there, and what ``holding`` raises.
    """
    with writing(home.root, "suppression de l'ancien entrepôt"):
        if not _is_there(home, target):
            raise MoveRefused(f"L'entrepôt n'est pas sur la cible « {target} » : rien n'a été supprimé.")
        if target == "ducklake":
            for path in (home.warehouse, home.warehouse.with_name(f"{home.warehouse.name}.wal")):
                path.unlink(missing_ok=True)
        else:
            empty_left_behind(home)


def _is_there(home: Home, target: Target) -> bool:
    stamp = read_stamp(home)
    return target_of(home) == target and stamp is not None and stamp.target == target


def _check_settings(home: Home, target: Target) -> None:
    if target_of(home) != target and (name := overriding_variable()):
        raise MoveRefused(
            f"La variable {name} l'emporte sur {FILE_NAME}, où la cible serait changée : retirez-la (secrets.env), "
            f"écrivez la cible actuelle dans {FILE_NAME}, puis recommencez."
        )
    if target == "file":
        return
    catalog = configured_catalog(home)
    if catalog is None:
        raise MoveRefused(
            f"Donnez d'abord [warehouse] data_path dans {FILE_NAME} et CARTOGRAPHIE_WAREHOUSE__CATALOG_URL dans "
            "secrets.env ; laissez target tel qu'il est, ce déménagement le change."
        )
    with asking(catalog) as connection:
        is_taken = holds_tables(connection)
    if is_taken and noted_snapshot(replace(home, target=target)) is None and _marked(home) != catalog.place:
        raise MoveRefused(
            f"Le catalogue {catalog.place} contient déjà un entrepôt, que cette installation n'a pas fait : donnez une "
            "base et un dossier vides (dropdb puis createdb, si personne ne s'en sert)."
        )


def _build_apart(home: Home, target: Target) -> Home:
    """The warehouse on ``target``, from copies of the archive's records, in a folder of the home."""
    folder = home.root / MOVE_FOLDER
    built = Home(folder / "home", target=target)
    shutil.rmtree(built.root, ignore_errors=True)
    built.root.mkdir(parents=True)
    if (home.root / FILE_NAME).exists():
        (built.root / FILE_NAME).symlink_to(home.root / FILE_NAME)
    home.analysis.mkdir(exist_ok=True)
    built.analysis.symlink_to(home.analysis)
    catalog = configured_catalog(home)
    if target == "ducklake" and catalog is not None:
        write_whole(folder / _MARK, json.dumps({"catalog": catalog.place}).encode())
        empty(built)
    copy_records(home, built, _EVER)
    referential = fill_from_records(home, built)
    rebuild(built, read_manifest(built), referential)
    return built


def _marked(home: Home) -> str | None:
    """The catalog that a move which was stopped has begun to fill."""
    try:
        return str(json.loads((home.root / MOVE_FOLDER / _MARK).read_text())["catalog"])
    except FileNotFoundError:
        return None


def _compare(home: Home, built: Home) -> int:
    """How many tables were compared, all equal; those of the analyses follow a publication and are left out."""
    release = comparable_release(home)
    left_out = analysis_models(read_manifest(built))
    before, after = (
        {table: said for table, said in checksums.items() if table not in left_out}
        for checksums in (release.checksums, built_checksums(built))
    )
    if different := differences(before, after):
        raise DifferentOnTheOtherSide(
            f"{len(different)} table(s) refaites de l'archive diffèrent de ce qui est publié : {', '.join(different)}. "
            "Rien n'a changé. Lancez « cartographie rebuild », qui juge tout avec les règles d'aujourd'hui, puis "
            "recommencez."
        )
    return len(before)


def _switch(home: Home, built: Home, target: Target, table_count: int) -> Move:
    """Each step leaves a home that a pass, or this command, goes on from."""
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    if target == "file":
        built.warehouse.replace(home.warehouse)
        home.warehouse.with_name(f"{home.warehouse.name}.wal").unlink(missing_ok=True)
    else:
        take_note_over(home, built)
    settings_file = write_target(home, target) if target_of(home) != target else None
    stamp, state = read_stamp(built), lake_state(home)
    assert stamp is not None
    write_stamp(
        home,
        replace(stamp, lake_parts=state.last_part, lake_digest=state.digest, lake_tables=dict(state.tables)),
    )
    release = publish(home)
    shutil.rmtree(home.root / MOVE_FOLDER, ignore_errors=True)
    return Move(release, table_count, settings_file)
