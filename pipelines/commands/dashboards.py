"""``cartographie dashboards …``: the pages of Superset, checked, published, brought back, photographed.

Belongs here: arguments and sentences. Does not: any work (``dashboards``, ``pipelines.products.dashboards``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.terminal.common import HomeOption, telling_failures
from sources.home.home import Home

SupersetUrl = Annotated[
    str | None, typer.Option("--url", help="Adresse https du Superset, s'il n'est pas sur cette machine.")
]
SupersetPort = Annotated[int | None, typer.Option(help="Port de Superset.", min=1, max=65535)]


def register(main: typer.Typer) -> None:
    """Put the commands on ``main``."""
    app = typer.Typer(help="Les tableaux de bord de Superset.", no_args_is_help=True)
    main.add_typer(app, name="dashboards")
    for name, command in COMMANDS.items():
        app.command(name)(telling_failures(command))


def _url(home: Home, port: int | None) -> str:
    """The port given, else that of the ``up`` that runs, else the configured one."""
    from pipelines.operations.ports import configured_ports, ports_in_use

    return (configured_ports(home, superset=port) if port else ports_in_use(home)).superset_url


def check() -> None:
    """Vérifier sans serveur que tableau de bord → graphique → jeu de données → colonne se referme."""
    from dashboards.files.check import check_bundle
    from pipelines.warehouse.dbt_manifest import DBT_PROJECT

    problems = check_bundle(DBT_PROJECT)
    for problem in problems:
        typer.echo(str(problem))
    typer.echo("Tout se referme." if not problems else f"{len(problems)} problème(s).")
    raise typer.Exit(1 if problems else 0)


def publish(
    home: HomeOption = None,
    superset_port: SupersetPort = None,
    url: SupersetUrl = None,
    force: Annotated[
        bool, typer.Option("--force", help="Importer même sans changement, et par-dessus ceux du navigateur.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Interroger chaque graphique, même sans changement.")
    ] = False,
) -> None:
    """Mettre les tableaux de bord du projet dans le Superset qui tourne, avec leurs droits."""
    from pipelines.products.dashboards import publish_dashboards
    from pipelines.products.dashboards_event import note_publication

    place = Home.locate(home)
    address = url or _url(place, superset_port)
    report = publish_dashboards(place, address, typer.echo, force=force, prove=verify)
    note_publication(place, report)
    for address in report.dashboards:
        typer.echo(f"{'Publié' if report.changed else 'Déjà publié'} : {address}")
    for name in report.removed:
        typer.echo(f"Supprimé : {name}")
    if report.queried:
        typer.echo(f"{report.queried} graphique(s) interrogé(s), tous répondent.")


def pull(home: HomeOption = None, superset_port: SupersetPort = None, url: SupersetUrl = None) -> None:
    """Reprendre dans le projet ce qui a été changé dans le navigateur ; à relire (git diff) puis à valider."""
    from pipelines.products.dashboards import pull_dashboards

    place = Home.locate(home)
    files = pull_dashboards(place, url or _url(place, superset_port))
    for file in files:
        typer.echo(file.diff)
    typer.echo(
        f"{len(files)} fichier(s) écrit(s) sous dashboards/." if files else "Rien n'a changé dans le navigateur."
    )


def screenshots(
    folder: Annotated[Path, typer.Argument(help="Le dossier où écrire les images.", file_okay=False)],
    home: HomeOption = None,
    superset_port: SupersetPort = None,
    account: Annotated[str, typer.Option(help="Le compte qui regarde.")] = "lecture",
    first_screen: Annotated[
        bool, typer.Option("--first-screen", help="Ce que montre le petit écran à l'ouverture, et rien d'autre.")
    ] = False,
) -> None:
    """Photographier chaque page, aux deux tailles d'écran (il faut chromium)."""
    from dashboards.serving.screenshots import photograph
    from dashboards.serving.server import read_accounts

    place = Home.locate(home)
    password = read_accounts(place.superset).get(account, "")
    for path in photograph(_url(place, superset_port), account, password, folder, first_screen=first_screen):
        typer.echo(f"Écrit : {path}")


COMMANDS: dict[str, Callable[..., None]] = {
    "check": check,
    "publish": publish,
    "pull": pull,
    "screenshots": screenshots,
}
