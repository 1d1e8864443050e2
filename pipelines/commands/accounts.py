"""``cartographie accounts …``: who may log in to Superset, as what, and for which establishment.

Belongs here: arguments and sentences. Does not: any work (``dashboards.serving.accounts``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.terminal.common import HomeOption, telling_failures
from sources.home.home import Home

Name = Annotated[str, typer.Argument(help="Le nom du compte, par exemple dim-lyon.", metavar="NOM")]


def register(main: typer.Typer) -> None:
    """Put the commands on ``main``."""
    app = typer.Typer(help="Les comptes de Superset : qui voit quoi.", no_args_is_help=True)
    main.add_typer(app, name="accounts")
    for name, command in COMMANDS.items():
        app.command(name)(telling_failures(command))


def _located(home: Path | None) -> Home:
    """The home, its Superset's metadata found wherever they are."""
    from pipelines.engines.instance import tell_superset_its_metadata

    place = Home.locate(home)
    tell_superset_its_metadata(place)
    return place


def list_all(home: HomeOption = None) -> None:
    """Donner chaque compte, ses rôles, et s'il est ouvert."""
    from dashboards.serving.accounts import list_accounts

    place = _located(home)
    for account in list_accounts(place.superset, place.published):
        closed = "" if account.is_active else "   (fermé)"
        typer.echo(f"{account.name}   {', '.join(account.roles)}{closed}")


def add(
    name: Name,
    role: Annotated[
        str,
        typer.Option(help="lecteur, deposant, lecteur-gcs, coordinateur, editeur, ingenieur, administrateur."),
    ],
    establishment: Annotated[
        list[str] | None,
        typer.Option(help="L'établissement d'un lecteur, d'un déposant (FINESS juridique ou code) ; peut se répéter."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Créer un compte ; son mot de passe, tiré au hasard, est écrit dans le fichier des comptes."""
    from dashboards.serving.accounts import add_account
    from pipelines.products.dashboards import reader_establishments

    place = _located(home)
    known = reader_establishments(place)
    file = add_account(place.superset, place.published, name, role, establishment or [], known)
    typer.echo(f"Compte « {name} » créé ; son mot de passe est dans {file}.")
    if role in {"editeur", "ingenieur"}:
        typer.echo("Il pourra changer les pages après « cartographie dashboards publish ».")


def renew(name: Name, home: HomeOption = None) -> None:
    """Donner un nouveau mot de passe à un compte, et le rouvrir s'il était fermé."""
    from dashboards.serving.accounts import renew_password

    place = _located(home)
    file = renew_password(place.superset, place.published, name)
    told = (
        f"nouveau mot de passe dans {file}" if file else "ouvert ; son mot de passe est chez le fournisseur d'identité"
    )
    typer.echo(f"Compte « {name} » : {told}.")


def close(name: Name, home: HomeOption = None) -> None:
    """Fermer un compte : personne ne s'y connecte plus."""
    from dashboards.serving.accounts import close_account

    place = _located(home)
    close_account(place.superset, place.published, name)
    typer.echo(f"Compte « {name} » fermé.")


COMMANDS: dict[str, Callable[..., None]] = {"list": list_all, "add": add, "renew": renew, "close": close}
