"""Lake, warehouse and publication: each readable, and each true to the one before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl

from pipelines.operations.doctor.catalog import examine_catalog
from pipelines.operations.doctor.finding import Finding, error, warning, well
from pipelines.warehouse.build_stamp import BuildStamp, read_stamp
from pipelines.warehouse.ducklake.catalog import CatalogUnreachable, catalog_of
from pipelines.warehouse.ducklake.extensions import ExtensionMissing
from pipelines.warehouse.lake_health import damaged_files
from pipelines.warehouse.publication import (
    RELEASE_FILE,
    PublicationError,
    Release,
    built_row_counts,
    point_current_at,
    row_counts,
)
from pipelines.warehouse.quarantine.replay import first_number, forget_from, remove_warehouse
from pipelines.warehouse.quarantine.source_health import sources_left_out
from sources.archive import archive
from sources.home.home import Home
from sources.home.writer_lock import writing
from sources.lake import lake

_NEXT_PASS = "« cartographie doctor --repair », puis « cartographie run » : la passe refait ce qui manque"


def examine_lake(home: Home) -> Iterator[Finding]:
    damaged = damaged_files(home)
    for path in damaged:
        said = f"le fichier {path.relative_to(home.root)} est abîmé"
        yield error("O0503", said, _NEXT_PASS, _without_part(home, path))
    if damaged:
        return
    yield well("O0503", "tous les fichiers du lac se lisent")
    counted = _numbers_in_lake(home)
    archived = set(archive.reception_numbers(home))
    if len(counted) != len(set(counted)):
        twice = min(number for number in counted if counted.count(number) > 1)
        said = f"la réception {twice} est deux fois dans le lac"
        yield error("D0302", said, _NEXT_PASS, _taking_again(home, twice))
    if foreign := set(counted) - archived:
        said = f"le lac tient {len(foreign)} réception(s) que l'archive n'a pas"
        yield error("D0303", said, "restaurez l'archive d'une sauvegarde, ou " + _NEXT_PASS, _taking_again(home, 1))
    for said in sources_left_out(home):
        yield warning(
            "D0307", said, "corrigez la source et chargez-la à nouveau, ou « cartographie sources remove CODE »"
        )
    if missing := archived - set(counted):
        yield warning("D0304", f"{len(missing)} réception(s) attendent leur réponse", "lancez « cartographie run »")
    else:
        yield well("D0304", f"{len(archived)} réceptions, chacune avec sa réponse dans le lac")


def examine_warehouse(home: Home) -> Iterator[Finding]:
    if (catalog := catalog_of(home)) is not None:
        yield from examine_catalog(home, catalog)
        return
    if not home.warehouse.exists():
        yield warning("D0401", "l'entrepôt est à construire", "lancez « cartographie run »")
        return
    try:
        counts = row_counts(home.warehouse)
    except duckdb.Error as problem:
        if "lock" in str(problem).lower():
            yield well("O0502", "l'entrepôt est en cours d'écriture")
            return
        yield error("O0502", "le fichier de l'entrepôt est abîmé ou tronqué", _NEXT_PASS, _without_warehouse(home))
        return
    if read_stamp(home) is None:
        yield warning("D0401", "l'entrepôt n'a pas été construit jusqu'au bout", "lancez « cartographie run »")
    yield well("O0502", f"entrepôt lisible, {len(counts)} tables")


def examine_publication(home: Home) -> Iterator[Finding]:
    link = home.published / "current"
    if not link.is_symlink() and not link.exists():
        yield warning("D0501", "rien n'est publié", "lancez « cartographie run »")
        return
    release = _readable(link)
    if release is None:
        goal = link.readlink() if link.is_symlink() else "?"
        yield error(
            "D0502", f"published/current mène à {goal}, qui manque ou est abîmé",
            "« cartographie doctor --repair » le mène à la dernière version entière", _to_a_whole_release(home),
        )  # fmt: skip
        return
    yield well("D0502", f"version publiée entière : {release.name}")
    yield _against_warehouse(home, release, read_stamp(home))
    yield from _left_behind(home)


def _against_warehouse(home: Home, release: Release, stamp: BuildStamp | None) -> Finding:
    if stamp is None or stamp != release.build:
        return warning("D0503", "l'entrepôt est plus récent que la publication", "lancez « cartographie run »")
    try:
        built = built_row_counts(home)
    except (duckdb.Error, CatalogUnreachable, ExtensionMissing, PublicationError):
        return well("D0503", "publication entière (entrepôt à refaire)")
    if built != release.row_counts:
        return error("D0503", "la publication et l'entrepôt diffèrent", _NEXT_PASS, _without_warehouse(home))
    return well("D0503", "publication égale à l'entrepôt")


def _left_behind(home: Home) -> Iterator[Finding]:
    halves = list((home.published / "releases").glob(".*.half"))
    if halves:
        said = f"{len(halves)} publication(s) interrompue(s) occupent de la place"
        yield warning("D0504", said, "la prochaine publication les efface")


def _numbers_in_lake(home: Home) -> list[int]:
    files = lake.parts(home.lake, "receptions")
    return pl.read_parquet(files, columns=["reception_number"])["reception_number"].to_list() if files else []


def _readable(folder: Path) -> Release | None:
    """The release in a folder, when it is whole."""
    try:
        release = Release.read(folder / RELEASE_FILE)
        return release if row_counts((folder / "warehouse.duckdb").resolve()) == release.row_counts else None
    except (OSError, duckdb.Error, json.JSONDecodeError, KeyError, TypeError):
        return None


def _without_part(home: Home, path: Path) -> Callable[[], str]:
    number = first_number(path.name)
    if number is not None:
        return _taking_again(home, number)

    def remove() -> str:
        with writing(home.root, "réparation"):
            path.unlink()
            remove_warehouse(home)
        return f"{path.name} retiré : la prochaine passe le refait"

    return remove


def _taking_again(home: Home, number: int) -> Callable[[], str]:
    def forget() -> str:
        with writing(home.root, "réparation"):
            forget_from(home, number)
        return f"réceptions à partir de {number} à reprendre : la prochaine passe les relit de l'archive"

    return forget


def _without_warehouse(home: Home) -> Callable[[], str]:
    def remove() -> str:
        with writing(home.root, "réparation"):
            remove_warehouse(home)
        return "entrepôt retiré : la prochaine passe le refait du lac"

    return remove


def _to_a_whole_release(home: Home) -> Callable[[], str]:
    def point() -> str:
        releases = sorted((home.published / "releases").glob("2*Z"), reverse=True)
        whole = next((path for path in releases if _readable(path)), None)
        with writing(home.root, "réparation"):
            if whole is None:
                (home.published / "current").unlink(missing_ok=True)
                remove_warehouse(home)
                return "aucune version entière : la prochaine passe en publie une"
            point_current_at(home, whole.name)
            return f"published/current mène à {whole.name}"

    return point
