"""The command by which coordinators get the workbook of decisions.

Belongs here: arguments, French sentences. Does not: the work, which other modules do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.common import HomeOption, failures_as_sentences, say
from sources.home import COORDINATORS_FOLDER, Home


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
            from pipelines.decision_workbook import write_decision_workbook
            from sources.referential.loader import load_referential

            place = Home.locate(home)
            referential = load_referential(place.referential)
            written = write_decision_workbook(file, place, referential, campaign, profile, perimeter)
            shown = f"résultats de {written.campaign_code}" if written.campaign_code else "rien n'est encore publié"
            say(f"Classeur écrit : {file} ({written.row_count} cas d'usage, {shown}).")
            say(f"Remplissez-le, puis déposez-le dans {place.intake / COORDINATORS_FOLDER}.")
