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

from pipelines.commands import accounts, dashboards, knowledge, operations, past, report
from pipelines.commands import decisions as committee_decisions
from pipelines.commands import referential as referential_commands
from pipelines.commands.common import DATA_PROBLEMS, FAILED, OK, HomeOption, failures_as_sentences, say
from pipelines.commands.french import run_in_french
from pipelines.python_guard import check_python
from sources.home import Home
from sources.system_errors import system_reason

if TYPE_CHECKING:
    from pipelines.one_pass import PassReport
    from pipelines.ports import Ports
    from sources.referential.loader import Referential

_NEXT_PASS = "Ces lignes compteront dans l'entrepôt à la prochaine prise en compte (« cartographie run »)."

app = typer.Typer(
    help="Cartographier, comparer et choisir les cas d'usage de l'IA à l'hôpital.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
establishments = typer.Typer(help="Les dossiers des établissements.", no_args_is_help=True)
sources = typer.Typer(help="Les répertoires et inventaires publics.", no_args_is_help=True)
app.add_typer(establishments, name="establishments")
app.add_typer(sources, name="sources")
duplicates = typer.Typer(help="Les cas d'usage nommés deux fois, réunis sur décision.", no_args_is_help=True)
app.add_typer(duplicates, name="duplicates")

DagsterPort = Annotated[
    int | None, typer.Option(help="Port du serveur web de Dagster (sinon la configuration).", min=1, max=65535)
]
SupersetPort = Annotated[int | None, typer.Option(help="Port de Superset (sinon la configuration).", min=1, max=65535)]


def main() -> None:
    """The entry point of the command. What it makes is not for the other accounts of the machine."""
    check_python()
    os.umask(os.umask(0o077) | 0o027)
    sys.exit(run_in_french(app))


@app.command()
def up(
    home: HomeOption = None,
    demo: Annotated[bool, typer.Option(help="Charger la démonstration si le dossier est vide.")] = True,
    dagster_port: DagsterPort = None,
    superset_port: SupersetPort = None,
) -> None:
    """Faire ce qui manque, démarrer Dagster et Superset, publier, et rester jusqu'à Ctrl-C."""
    with failures_as_sentences():
        from pipelines.ports import configured_ports
        from pipelines.up import up as start

        place = Home.locate(home)
        start(place, demo, configured_ports(place, dagster_port, superset_port), say, _announce)


@app.command()
def run(
    home: HomeOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Déposer d'abord les classeurs de démonstration.")] = False,
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
            past.run_as_of(Home.locate(home), as_of.date())
        raise typer.Exit(OK)
    with failures_as_sentences():
        from pipelines.one_pass import run_once

        report = run_once(Home.locate(home), demo, say)
        _say_pass(report)
    # The demonstration holds faulty workbooks on purpose.
    raise typer.Exit(DATA_PROBLEMS if report.has_data_problems and not demo else OK)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="Le classeur à écrire, par exemple depot.xlsx.", dir_okay=False)],
    establishment: Annotated[
        str | None,
        typer.Option(help="Préremplir avec ce que cette organisation a déjà dit (FINESS juridique ou code)."),
    ] = None,
    campaign: Annotated[str | None, typer.Option(help="La campagne à remplir (code), avec --establishment.")] = None,
    home: HomeOption = None,
) -> None:
    """Écrire le classeur de dépôt, vierge ou prérempli, à partir du référentiel."""
    if (establishment is None) != (campaign is None):
        raise typer.BadParameter("--establishment et --campaign vont ensemble.")
    with failures_as_sentences():
        from sources.workbook.template import write_template

        referential = _referential(home)
        rows = (
            _prefilled(Home.locate(home), referential, establishment, campaign) if establishment and campaign else None
        )
        write_template(file, referential, rows)
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
    ou une archive zip de plusieurs, --html, --xlsx et --json désignent chacun un dossier.
    """
    with failures_as_sentences():
        from quality.check import check_with_inner_files
        from quality.check_files import Outputs

        outputs = Outputs(html, xlsx, json, one_file=len(files) == 1)
        referential = _referential(home)
        codes = []
        for file in files:
            try:
                for answer in check_with_inner_files(file, referential):
                    typer.echo(answer.as_text())
                    for path in outputs.write(answer):
                        say(f"Écrit : {path}")
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

        from pipelines.purging import purge_file

        place = Home.locate(home)
        report = purge_file(place, _referential(home), sha256, reason, by or getpass.getuser())
        say(f"Purgé : {report.content_sha256} (réception {', '.join(map(str, report.numbers))})")
        say(f"{report.file_count} fichier(s) et {sum(report.row_counts.values())} ligne(s) du lac supprimés")
        say("Les tableaux de bord suivront à la prochaine prise en compte (« cartographie run »).")


@establishments.command("sync")
def establishments_sync(home: HomeOption = None) -> None:
    """Créer pour chaque organisation française son dossier de dépôt et son dossier d'accusés."""
    with failures_as_sentences():
        from pipelines.intake_folders import sync_folders

        place = Home.locate(home)
        made = sync_folders(place, _referential(home))
        say(f"{len(made)} dossier(s) créé(s) dans {place.intake} et {place.receipts}")


@sources.command("finess")
def sources_finess(
    file: Annotated[Path, typer.Argument(help="Extrait des établissements ou des entités juridiques (.csv, .gz).")],
    home: HomeOption = None,
) -> None:
    """Charger le répertoire FINESS à la place de l'extrait livré."""
    with failures_as_sentences():
        from pipelines.writer_lock import writing
        from sources.reference_loading import take_register

        place = Home.locate(home)
        with writing(place.root, "répertoire FINESS"):
            report = take_register(place, file)
        say(f"{report.read_count} lignes lues : {report.taken_count} prises, {report.rejected_count} refusées, "
            f"{report.ignored_count} d'un autre type")  # fmt: skip
        for reason, count in report.reasons.items():
            say(f"  {count} × {reason}")
        say(_NEXT_PASS)
    raise typer.Exit(DATA_PROBLEMS if report.rejected_count else OK)


@sources.command("inventory")
def sources_inventory(
    file: Annotated[Path, typer.Argument(help="L'inventaire (.csv, .csv.gz).")],
    mapping: Annotated[str, typer.Option(help="Code de la correspondance, par exemple us_2024.")],
    home: HomeOption = None,
) -> None:
    """Charger un inventaire étranger au moyen d'une correspondance."""
    with failures_as_sentences():
        from pipelines.writer_lock import writing
        from sources.reference_loading import take_inventory

        place = Home.locate(home)
        with writing(place.root, "inventaire étranger"):
            report = take_inventory(place, file, mapping, _referential(home))
        say(
            f"{report.read_count} lignes lues : {report.taken_count} prises, {report.duplicate_count} en double, "
            f"{len(report.rejected)} refusées, {report.left_out_count} d'organisations hors de la correspondance"
        )
        for column, count in report.untranslated.items():
            say(f"  {count} × non rattaché : {column}")
        say(_NEXT_PASS)
    raise typer.Exit(DATA_PROBLEMS if report.rejected else OK)


@duplicates.command("export")
def duplicates_export(
    file: Annotated[Path, typer.Argument(help="Le classeur à écrire, par exemple doublons.xlsx.", dir_okay=False)],
    home: HomeOption = None,
) -> None:
    """Écrire le classeur où les coordinateurs décident des doublons possibles."""
    with failures_as_sentences():
        from quality.duplicates.workbook import export_pairs

        count = export_pairs(file, Home.locate(home), _referential(home))
        say(f"Classeur écrit : {file} ({count} paires). Rien n'est réuni sans décision.")


@duplicates.command("apply")
def duplicates_apply(
    file: Annotated[Path, typer.Argument(help="Le classeur rempli par les coordinateurs.")],
    home: HomeOption = None,
) -> None:
    """Prendre les décisions d'un classeur ; une décision plus récente remplace la précédente."""
    with failures_as_sentences():
        from pipelines.writer_lock import writing
        from quality.duplicates.applying import apply_decisions

        place = Home.locate(home)
        with writing(place.root, "décisions sur les doublons"):
            report = apply_decisions(file, place, _referential(home))
        say(f"{len(report.taken)} décision(s) prise(s), {report.unchanged_count} déjà connue(s), "
            f"{report.undecided_count} ligne(s) sans décision, {len(report.problems)} à corriger")  # fmt: skip
        for line in [*report.problems, *report.warnings]:
            typer.echo(f"  {line}")
        if report.taken:
            say(_NEXT_PASS)
    raise typer.Exit(DATA_PROBLEMS if report.problems else OK)


def _referential(home: Path | None) -> Referential:
    from sources.referential.loader import load_referential

    return load_referential(Home.locate(home).referential)


def _say_pass(report: PassReport) -> None:
    from quality.verdicts import VERDICT_LABELS

    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in report.phase_seconds.items())
    say(f"Phases : {seconds}")
    verdicts = ", ".join(
        f"{count} {VERDICT_LABELS.get(code, code).lower()}" for code, count in sorted(report.verdict_counts.items())
    )
    say(f"{report.reception_count} fichier(s) reçu(s){' : ' + verdicts if verdicts else ''}")
    if report.set_aside_count:
        say(f"{report.set_aside_count} dépôt(s) mis de côté : leurs lignes arrêtaient l'entrepôt (voir les accusés)")
    if report.release:
        say(f"Publié : {report.release.name}")


def _announce(home: Home, ports: Ports) -> None:
    from dashboards.server import ADMIN, accounts_file, read_accounts

    shown = read_accounts(home.superset)[ADMIN] if sys.stdout.isatty() else f"dans {accounts_file(home.superset)}"
    say("")
    say(f"Tableaux de bord   {ports.superset_url}   compte : {ADMIN}, mot de passe : {shown}")
    say(f"Dagster            {ports.dagster_url}")
    say(f"Déposez un classeur dans {home.intake}/<établissement>/ ; Ctrl-C arrête tout.")


def _prefilled(
    home: Home, referential: Referential, establishment: str, campaign: str
) -> dict[str, list[dict[str, object]]]:
    from quality.prefill import prefilled_rows
    from sources import archive

    return prefilled_rows(home.lake, referential, establishment, campaign, set(archive.set_aside_numbers(home)))


operations.register(app)
report.register(app)
past.register(app)
dashboards.register(app)
accounts.register(app)
knowledge.register(app)
committee_decisions.register(app)
referential_commands.register(app)

if __name__ == "__main__":
    main()
