"""``cartographie sources``: public registers and inventories. Does not belong here: the work (``sources``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.terminal.common import DATA_PROBLEMS, NEXT_PASS, OK, HomeOption, failures_as_sentences, say
from sources.home.home import Home

if TYPE_CHECKING:
    from sources.finess.loader import FinessReport
    from sources.inventories.loader import InventoryReport

_TABLES = {"finess_sites": "établissements", "finess_entities": "entités juridiques"}


def register(app: typer.Typer) -> None:
    """Put the commands on ``app``."""
    sources = typer.Typer(help="Les répertoires et inventaires publics.", no_args_is_help=True)
    app.add_typer(sources, name="sources")
    sources.command("finess")(finess)
    sources.command("inventory")(inventory)
    sources.command("remove")(remove)


def finess(
    file: Annotated[
        Path, typer.Argument(help="Flux FINESS+ des structures (JSON), ou extrait CSV ; compressé (.gz) ou non.")
    ],
    home: HomeOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Prendre le fichier malgré ce qui le rend douteux ; l'archive le dira.")
    ] = False,
) -> None:
    """Charger le répertoire FINESS à la place de celui qui est chargé, ou de l'extrait livré."""
    with failures_as_sentences():
        from sources.home.writer_lock import writing
        from sources.versions.reference_loading import take_register

        place = Home.locate(home)
        with writing(place.root, "répertoire FINESS"):
            report = take_register(place, file, force)
        reports = [report, report.also] if report.also else [report]
        for one in reports:
            _say_register(one)
        say(NEXT_PASS)
    raise typer.Exit(DATA_PROBLEMS if any(one.rejected_count for one in reports) else OK)


def inventory(
    file: Annotated[Path, typer.Argument(help="L'inventaire : CSV, classeur ou JSON ; compressé (.gz) ou non.")],
    mapping: Annotated[str, typer.Option(help="Code de la correspondance, par exemple us_2024.")],
    home: HomeOption = None,
) -> None:
    """Charger un inventaire étranger au moyen d'une correspondance."""
    with failures_as_sentences():
        from sources.home.writer_lock import writing
        from sources.referential.loader import load_referential
        from sources.versions.reference_loading import take_inventory

        place = Home.locate(home)
        with writing(place.root, "inventaire étranger"):
            report = take_inventory(place, file, mapping, load_referential(place.referential))
        say(
            f"{report.read_count} lignes lues : {report.taken_count} prises, {report.duplicate_count} en double, "
            f"{len(report.rejected)} refusées, {report.left_out_count} d'organisations hors de la correspondance"
        )
        for sentence in _said_of(report):
            say(f"  {sentence}")
        for column, count in report.untranslated.items():
            say(f"  {count} × non rattaché : {column}")
        say(NEXT_PASS)
    raise typer.Exit(DATA_PROBLEMS if report.rejected else OK)


def remove(
    code: Annotated[str, typer.Argument(help="Code de la correspondance de l'inventaire, par exemple us_2024.")],
    home: HomeOption = None,
) -> None:
    """Retirer un inventaire : ses cas d'usage ne comptent plus ; l'archive garde ce qui avait été reçu."""
    with failures_as_sentences():
        from sources.home.writer_lock import writing
        from sources.versions.reference_loading import remove_inventory

        place = Home.locate(home)
        with writing(place.root, "retrait d'un inventaire"):
            source = remove_inventory(place, code)
        say(f"Inventaire retiré : {source}.")
        say(f"Pour le remettre : « cartographie sources inventory FICHIER --mapping {code} ».")
        say(NEXT_PASS)


def _said_of(report: InventoryReport) -> list[str]:
    """What became of records whose code is not plain, and of those of the delivery before."""
    said = []
    if report.without_key:
        said.append(f"refusées, sans la clé de l'éditeur : enregistrements {_listed(report.without_key)}")
    if report.shifted:
        said.append(f"refusées, plus de cellules que de titres : enregistrements {_listed(report.shifted)}")
    if report.short_count:
        said.append(f"{report.short_count} × moins de cellules que de titres : vérifiez qu'aucune n'y est décalée")
    if report.clashing:
        said.append(f"refusées, la même clé pour deux contenus : enregistrements {_listed(report.clashing)}")
    if report.told_apart_count:
        said.append(
            f"{report.told_apart_count} × distingué par tout son contenu seulement : son code changera avec lui"
        )
    if report.gone_count:
        said.append(f"{report.gone_count} cas d'usage de la livraison précédente n'y sont plus")
    if report.is_unfinished:
        said.append("la dernière ligne n'a pas de fin : sa dernière cellule, peut-être coupée, n'est pas prise")
    said += [f"{count} × date illisible : {column}" for column, count in report.damaged_dates.items()]
    return said


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return shown if len(numbers) <= 10 else f"{shown}… ({len(numbers)} en tout)"


def _say_register(report: FinessReport) -> None:
    say(f"{_TABLES[report.table].capitalize()} : {report.read_count} lignes lues : {report.taken_count} prises, "
        f"{report.rejected_count} refusées, {report.ignored_count} d'un autre type")  # fmt: skip
    for reason, count in (report.reasons | report.notes).items():
        say(f"  {count} × {reason}")
    if report.gone_count:
        say(f"  {report.gone_count} connus jusque-là n'y sont plus, ou y sont fermés")
