"""``cartographie rebuild``, ``warehouse move``, ``release copy``, and what ``run --as-of`` says.

Belongs here: arguments, French sentences. Does not: the work (``pipelines.products.as_of``,
``pipelines.operations.moving``, ``pipelines.warehouse``).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.terminal.common import DATA_PROBLEMS, HomeOption, failures_as_sentences, say
from sources.home.home import Home

_warehouse = typer.Typer(help="Où l'entrepôt est construit : un fichier, ou DuckLake.", no_args_is_help=True)

_release = typer.Typer(help="Les versions publiées, pour d'autres machines.", no_args_is_help=True)


class Where(StrEnum):
    """The targets, as ``--to`` takes them."""

    FILE = "file"
    DUCKLAKE = "ducklake"


def register(app: typer.Typer) -> None:
    """Put the commands on ``app``."""
    app.add_typer(_warehouse, name="warehouse")
    app.add_typer(_release, name="release")

    @app.command()
    def rebuild(
        home: HomeOption = None,
        check: Annotated[
            bool, typer.Option("--check", help="Comparer seulement : l'entrepôt refait doit être égal à l'actuel.")
        ] = False,
    ) -> None:
        """Refaire le lac et l'entrepôt à partir de la seule archive, puis publier ; ou comparer, sans rien changer."""
        different: list[str] = []
        with failures_as_sentences():
            place = Home.locate(home)
            if check:
                different = _compare(place)
            else:
                _rebuild(place)
        raise typer.Exit(DATA_PROBLEMS if different else 0)


def run_as_of(home: Home, day: date) -> None:
    """Make the past again, and say where it stands."""
    from pipelines.products.as_of import AS_OF_FOLDER, as_of

    release = as_of(home, day)
    say(f"Entrepôt au soir du {day:%d/%m/%Y} : {len(release.build.receptions)} dépôt(s) pris en compte")
    say(f"Publié à part : {Home(home.root / AS_OF_FOLDER / day.isoformat()).current_release}")


def _rebuild(home: Home) -> None:
    from pipelines.orchestration.runs.one_pass import run_once
    from pipelines.products.as_of import remake_lake
    from sources.home.writer_lock import writing
    from sources.referential.loader import load_referential

    with writing(home.root, "reconstruction"):
        remake_lake(home, load_referential(home.referential))
    report = run_once(home, False, say)
    say(f"Refait de l'archive, publié : {report.release.name}" if report.release else "Rien à publier.")


def _compare(home: Home) -> list[str]:
    from pipelines.warehouse.rebuild_check import compare_with_rebuild
    from sources.home.writer_lock import writing

    with writing(home.root, "comparaison avec une reconstruction"):
        different = compare_with_rebuild(home)
    if different:
        say(f"{len(different)} table(s) diffèrent d'une reconstruction : {', '.join(different)}.")
        say("Refaites l'entrepôt avec « cartographie rebuild », et signalez-le : cela ne doit pas arriver.")
    else:
        say("L'entrepôt est égal, ligne à ligne, à ce qu'une reconstruction donne.")
    return different


@_warehouse.command("move")
def _move(
    to: Annotated[Where, typer.Option("--to", help="Où l'entrepôt doit être construit désormais.")],
    forget_old: Annotated[
        bool, typer.Option("--forget-old", help="Supprimer ensuite l'ancien ; sans cela il reste où il est.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Refaire l'entrepôt de l'archive de l'autre côté, et n'y passer que s'il est égal à ce qui est publié.

    Interrompu, il se relance tel quel : tant que la bascule n'est pas dite, rien n'a changé.
    """
    with failures_as_sentences():
        from pipelines.operations.moving.move import forget_other, move

        place = Home.locate(home)
        done = move(place, to.value)
        if done.table_count:
            say(f"{done.table_count} table(s) refaites de l'archive, égales ligne à ligne à ce qui est publié.")
        if done.settings_file:
            say(f'Écrit : {done.settings_file}, [warehouse] target = "{to.value}"')
        say(f"L'entrepôt est sur la cible « {to.value} », publié : {done.release.name}")
        if forget_old:
            forget_other(place, to.value)
            say("L'ancien entrepôt est supprimé.")
        elif done.table_count:
            say(f"L'ancien reste où il est ; « cartographie warehouse move --to {to.value} --forget-old » le supprime.")


@_release.command("copy")
def _copy(
    folder: Annotated[Path, typer.Argument(help="Le dossier que l'autre machine lit.", file_okay=False)],
    home: HomeOption = None,
) -> None:
    """Copier la version publiée dans un dossier qu'une autre machine lit : entière, ou celle d'avant y reste."""
    with failures_as_sentences():
        from pipelines.warehouse.release_copy import copy_release

        release, is_new = copy_release(Home.locate(home), folder)
        say(f"{'Copiée' if is_new else 'Déjà là'} : {release.name}, lue par {folder / 'current'}")
