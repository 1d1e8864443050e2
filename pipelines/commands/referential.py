"""The commands that check the referential before it is used, and make the folders of those that it names.

Belongs here: arguments, French sentences, exit codes. Does not: the checks, which other modules make.
"""

from __future__ import annotations

import typer

from pipelines.commands.terminal.common import DATA_PROBLEMS, OK, HomeOption, failures_as_sentences, say
from sources.home.home import Home


def register(app: typer.Typer) -> None:
    """Put these commands on ``app``."""
    referential = typer.Typer(help="Le référentiel du site.", no_args_is_help=True)
    app.add_typer(referential, name="referential")

    @referential.callback()
    def group() -> None:
        """Le référentiel du site."""

    @referential.command()
    def check(home: HomeOption = None) -> None:
        """Vérifier le référentiel du site, et qu'aucun code retiré ne sert encore, sans rien construire."""
        with failures_as_sentences():
            from quality.verdicts.referential_guard import ReferentialInUseError, refuse_codes_taken_away
            from sources.referential.loader import ReferentialError, load_referential

            place = Home.locate(home)
            try:
                refuse_codes_taken_away(place, load_referential(place.referential))
            except (ReferentialError, ReferentialInUseError) as refusal:
                say(str(refusal))
                raise typer.Exit(DATA_PROBLEMS) from None
            say("Le référentiel peut servir : rien à corriger, aucun code utilisé n'a été retiré.")
        raise typer.Exit(OK)

    _register_establishments(app)


def _register_establishments(app: typer.Typer) -> None:
    establishments = typer.Typer(help="Les dossiers des établissements.", no_args_is_help=True)
    app.add_typer(establishments, name="establishments")

    @establishments.command("sync")
    def establishments_sync(home: HomeOption = None) -> None:
        """Créer pour chaque organisation française son dossier de dépôt et son dossier d'accusés."""
        with failures_as_sentences():
            from pipelines.operations.intake_folders import sync_folders
            from sources.referential.loader import load_referential

            place = Home.locate(home)
            made = sync_folders(place, load_referential(place.referential))
            say(f"{len(made)} dossier(s) créé(s) dans {place.intake} et {place.receipts}")
