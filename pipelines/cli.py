"""The command line ``cartographie``. It only calls what assets call.

Belongs here: arguments, French help, sentences and exit codes (0 all well, 1 problems in the data, 2 unreadable or
failed). Does not: any work. Imports are made by the commands that need them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands import accounts, dagster_page, dashboards, knowledge, operations, rebuilding, report, sources
from pipelines.commands import decisions as committee_decisions
from pipelines.commands import referential as referential_commands
from pipelines.commands import snapshots as snapshot_commands
from pipelines.commands import weights as weight_commands
from pipelines.commands.terminal.announcing import announce, say_pass
from pipelines.commands.terminal.common import (
    DATA_PROBLEMS,
    FAILED,
    OK,
    HomeOption,
    failures_as_sentences,
    say,
)
from pipelines.commands.terminal.french import run_in_french
from pipelines.commands.terminal.python_guard import check_python
from sources.home.home import Home
from sources.home.system_errors import system_reason

if TYPE_CHECKING:
    from sources.referential.loader import Referential

app = typer.Typer(
    help="Cartographier, comparer et choisir les cas d'usage de l'IA à l'hôpital.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
DagsterPort = Annotated[
    int | None, typer.Option(help="Port du serveur web de Dagster (sinon la configuration).", min=1, max=65535)
]
Demo = Annotated[bool, typer.Option("--demo/--no-demo", help="Déposer les classeurs de démonstration.")]
SupersetPort = Annotated[int | None, typer.Option(help="Port de Superset (sinon la configuration).", min=1, max=65535)]


def main() -> None:
    """The entry point of the command. What it makes is not for the other accounts of the machine."""
    check_python()
    os.umask(os.umask(0o077) | 0o027)
    sys.exit(run_in_french(app))


@app.command()
def up(
    home: HomeOption = None,
    demo: Demo = True,
    dagster_port: DagsterPort = None,
    superset_port: SupersetPort = None,
) -> None:
    """Faire ce qui manque, démarrer Dagster et Superset, publier, et rester jusqu'à Ctrl-C.

    La démonstration n'est déposée que dans un dossier vide.
    """
    with failures_as_sentences():
        from pipelines.operations.ports import configured_ports
        from pipelines.operations.up import up as start

        place = Home.locate(home)
        start(place, demo, configured_ports(place, dagster_port, superset_port), say, announce)


@app.command()
def run(
    home: HomeOption = None,
    demo: Demo = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Refaire à part l'entrepôt tel qu'au soir de ce jour (heure de Paris).",
        ),
    ] = None,
) -> None:
    """Faire une fois la même passe, du dépôt à la publication, sans serveurs."""
    if as_of is not None:
        with failures_as_sentences():
            rebuilding.run_as_of(Home.locate(home), as_of.date())
        raise typer.Exit(OK)
    with failures_as_sentences():
        from pipelines.orchestration.runs.one_pass import run_once

        report = run_once(Home.locate(home), demo, say)
        say_pass(report)
    # The demonstration holds faulty workbooks on purpose.
    raise typer.Exit(DATA_PROBLEMS if report.has_data_problems and not demo else OK)


@app.command()
def template(
    file: Annotated[
        Path | None, typer.Argument(help="Le classeur à écrire, par exemple depot.xlsx.", dir_okay=False)
    ] = None,
    establishment: Annotated[
        str | None,
        typer.Option(help="Préremplir avec ce que cette organisation a déjà dit (FINESS juridique ou code)."),
    ] = None,
    campaign: Annotated[
        str | None, typer.Option(help="La campagne à remplir (code), avec --establishment ou --all.")
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="Écrire le classeur prérempli de chaque établissement attendu, dans son dossier."),
    ] = False,
    short: Annotated[
        bool,
        typer.Option("--short", help="L'édition courte : les questions essentielles, qui comptent comme incomplètes."),
    ] = False,
    by_rows: Annotated[
        bool, typer.Option("--rows", help="L'ancienne disposition : une ligne par évaluation, au lieu de la grille.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Écrire le classeur de dépôt, vierge ou prérempli, à partir du référentiel."""
    if every:
        _templates_of_all(home, file or establishment, campaign)
        return
    if file is None:
        raise typer.BadParameter("dites quel classeur écrire, par exemple depot.xlsx, ou --all.")
    if (establishment is None) != (campaign is None):
        raise typer.BadParameter("--establishment et --campaign vont ensemble.")
    if short and by_rows:
        raise typer.BadParameter("--short et --rows ne vont pas ensemble : l'édition courte est une grille.")
    with failures_as_sentences():
        from sources.workbook.template.grid_template import write_grid_workbook
        from sources.workbook.template.template import write_template

        referential = _referential(home)
        rows = (
            _prefilled(Home.locate(home), referential, establishment, campaign) if establishment and campaign else None
        )
        if by_rows:
            write_template(file, referential, rows)
        else:
            write_grid_workbook(file, referential, rows, is_short=short)
        say(f"Classeur écrit : {file}")


@app.command()
def form(
    file: Annotated[Path, typer.Argument(help="L'XLSForm à écrire, par exemple formulaire.xlsx.", dir_okay=False)],
    home: HomeOption = None,
) -> None:
    """Écrire les mêmes questions comme formulaire XLSForm (KoboToolbox, ODK), à partir du référentiel."""
    with failures_as_sentences():
        from sources.forms.xlsform import write_xlsform

        write_xlsform(file, _referential(home))
        say(f"Formulaire écrit : {file}")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Les classeurs à contrôler, là où ils sont.")],
    home: HomeOption = None,
    html: Annotated[Path | None, typer.Option(help="Écrire la réponse dans cette page.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Écrire le classeur annoté.")] = None,
    json: Annotated[Path | None, typer.Option(help="Écrire la réponse pour les machines.")] = None,
) -> None:
    """Contrôler des classeurs sans les déposer ; le code de retour est celui du pire.

    0 : rien à corriger, 1 : des lignes à corriger, 2 : un fichier ne peut pas être lu. Avec plusieurs classeurs,
    ou une archive zip de plusieurs, --html, --xlsx et --json désignent chacun un dossier. « --json - » écrit la réponse
    à chaque fichier sur une ligne de la sortie, et le reste sur la sortie d'erreur.
    """
    with failures_as_sentences():
        from quality.batch.check import check_with_inner_files
        from quality.batch.check_files import Outputs

        if Path("-") in (html, xlsx):
            raise typer.BadParameter("« - » (la sortie) ne vaut que pour --json.")
        to_output = json == Path("-")
        outputs = Outputs(html, xlsx, None if to_output else json, one_file=len(files) == 1)
        referential = _referential(home)
        codes = []
        for file in files:
            try:
                for answer in check_with_inner_files(file, referential):
                    typer.echo(answer.as_text(), err=to_output)
                    if to_output:
                        typer.echo(answer.as_json())
                    for path in outputs.write(answer):
                        typer.echo(f"Écrit : {path}", err=to_output)
                    codes.append(answer.exit_code)
            except OSError as error:
                typer.echo(f"{file} : ne peut pas être ouvert ({system_reason(error.errno)}).", err=True)
                codes.append(FAILED)
    raise typer.Exit(max(codes, default=OK))


@app.command()
def purge(
    sha256: Annotated[str, typer.Argument(help="L'empreinte SHA-256 du fichier, ou son début.", metavar="SHA256")],
    reason: Annotated[str, typer.Option(help="Pourquoi : gardé dans l'archive, avec qui et quand.")],
    by: Annotated[str | None, typer.Option(help="Qui le demande (sinon le compte du système).")] = None,
    home: HomeOption = None,
) -> None:
    """Supprimer pour de bon un fichier reçu, ses lignes et ses réponses ; seule la trace de l'acte reste."""
    with failures_as_sentences():
        import getpass

        from pipelines.warehouse.purging import purge_file

        place = Home.locate(home)
        report = purge_file(place, _referential(home), sha256, reason, by or getpass.getuser())
        say(f"Purgé : {report.content_sha256} (réception {', '.join(map(str, report.numbers))})")
        say(f"{report.file_count} fichier(s) et {sum(report.row_counts.values())} ligne(s) du lac supprimés")
        say("Les tableaux de bord suivront à la prochaine prise en compte (« cartographie run »).")


def _referential(home: Path | None) -> Referential:
    from sources.referential.loader import load_referential

    return load_referential(Home.locate(home).referential)


def _templates_of_all(home: Path | None, one: object, campaign: str | None) -> None:
    if one is not None or campaign is None:
        raise typer.BadParameter("--all s'emploie avec --campaign seul.")
    with failures_as_sentences():
        from pipelines.operations.templates import write_all_templates

        for path in write_all_templates(Home.locate(home), _referential(home), campaign):
            say(f"Classeur écrit : {path}")


def _prefilled(
    home: Home, referential: Referential, establishment: str, campaign: str
) -> dict[str, list[dict[str, object]]]:
    from quality.answers.prefill import prefilled_rows
    from sources.archive import archive

    return prefilled_rows(home.lake, referential, establishment, campaign, set(archive.quarantined_numbers(home)))


sources.register(app)
operations.register(app)
dagster_page.register(app)
report.register(app)
rebuilding.register(app)
dashboards.register(app)
accounts.register(app)
knowledge.register(app)
committee_decisions.register(app)
weight_commands.register(app)
snapshot_commands.register(app)
referential_commands.register(app)

if __name__ == "__main__":
    main()
