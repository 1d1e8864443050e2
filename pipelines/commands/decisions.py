"""The commands by which coordinators get and give their decisions, on use cases and on possible duplicates.

Belongs here: arguments, French sentences. Does not: the work, which other modules do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.terminal.common import (
    DATA_PROBLEMS,
    NEXT_PASS,
    OK,
    HomeOption,
    failures_as_sentences,
    say,
)
from sources.home.home import COORDINATORS_FOLDER, Home


def register(app: typer.Typer) -> None:
    """Put these commands on ``app``."""
    decisions = typer.Typer(help="Les décisions des comités.", no_args_is_help=True)
    app.add_typer(decisions, name="decisions")

    @decisions.callback()
    def group() -> None:
        """Les décisions des comités."""

    @decisions.command()
    def template(
        file: Annotated[Path, typer.Argument(help="Le classeur à écrire, par exemple decisions.xlsx.", dir_okay=False)],
        campaign: Annotated[str | None, typer.Option(help="La campagne (code), sinon la plus récente.")] = None,
        profile: Annotated[str, typer.Option(help="Le profil de pondération (code).")] = "equilibre",
        perimeter: Annotated[str, typer.Option(help="gcs, tous, ou le code d'un établissement.")] = "gcs",
        home: HomeOption = None,
    ) -> None:
        """Écrire le classeur des décisions, avec les cas d'usage et leur résultat calculé."""
        with failures_as_sentences():
            from pipelines.products.decision_workbook import write_decision_workbook
            from sources.referential.loader import load_referential

            place = Home.locate(home)
            referential = load_referential(place.referential)
            written = write_decision_workbook(file, place, referential, campaign, profile, perimeter)
            shown = f"résultats de {written.campaign_code}" if written.campaign_code else "rien n'est encore publié"
            say(f"Classeur écrit : {file} ({written.row_count} cas d'usage, {shown}).")
            say(f"Remplissez-le, puis déposez-le dans {place.intake / COORDINATORS_FOLDER}.")

    _register_duplicates(app)


def _register_duplicates(app: typer.Typer) -> None:
    duplicates = typer.Typer(help="Les cas d'usage nommés deux fois, réunis sur décision.", no_args_is_help=True)
    app.add_typer(duplicates, name="duplicates")

    @duplicates.command("export")
    def duplicates_export(
        file: Annotated[Path, typer.Argument(help="Le classeur à écrire, par exemple doublons.xlsx.", dir_okay=False)],
        home: HomeOption = None,
    ) -> None:
        """Écrire le classeur où les coordinateurs décident des doublons possibles."""
        with failures_as_sentences():
            from quality.duplicates.workbook import export_pairs
            from sources.referential.loader import load_referential

            count = export_pairs(file, Home.locate(home), load_referential(Home.locate(home).referential))
            say(f"Classeur écrit : {file} ({count} paires). Rien n'est réuni sans décision.")

    @duplicates.command("apply")
    def duplicates_apply(
        file: Annotated[Path, typer.Argument(help="Le classeur rempli par les coordinateurs.")],
        home: HomeOption = None,
    ) -> None:
        """Prendre les décisions d'un classeur ; une décision plus récente remplace la précédente."""
        with failures_as_sentences():
            from quality.duplicates.applying import apply_decisions
            from sources.home.writer_lock import writing
            from sources.referential.loader import load_referential

            place = Home.locate(home)
            with writing(place.root, "décisions sur les doublons"):
                report = apply_decisions(file, place, load_referential(Home.locate(home).referential))
            say(f"{len(report.taken)} décision(s) prise(s), {report.unchanged_count} déjà connue(s), "
                f"{report.undecided_count} ligne(s) sans décision, {len(report.problems)} à corriger")  # fmt: skip
            for line in [*report.problems, *report.warnings]:
                typer.echo(f"  {line}")
            if report.taken:
                say(NEXT_PASS)
        raise typer.Exit(DATA_PROBLEMS if report.problems else OK)
