"""The command by which coordinators fix what readers and open data see of a campaign.

Belongs here: arguments, French sentences. Does not: the work (``pipelines.products.snapshot``).
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands.terminal.common import HomeOption, failures_as_sentences, say
from sources.home.home import Home


def register(app: typer.Typer) -> None:
    """Put the command on ``app``."""

    @app.command()
    def snapshot(
        campaign: Annotated[str | None, typer.Argument(help="La campagne (code) ; sans elle, leur liste.")] = None,
        reason: Annotated[str, typer.Option(help="Pourquoi : gardé dans l'archive, avec qui et quand.")] = "",
        by: Annotated[str | None, typer.Option(help="Qui le décide (sinon le compte du système).")] = None,
        home: HomeOption = None,
    ) -> None:
        """Arrêter les chiffres d'une campagne : ce que les lecteurs et les données ouvertes en voient ensuite.

        Un chiffre déjà arrêté ne change que si les réponses d'au moins trois autres établissements que chaque lecteur
        ont changé ; sinon il reste, avec sa date.
        """
        with failures_as_sentences():
            if campaign is None:
                _list(Home.locate(home))
                return
            import getpass

            from pipelines.products.snapshot.taking import take

            taken = take(Home.locate(home), campaign, by or getpass.getuser(), reason)
            act = taken.snapshot.act
            say(f"Campagne {act.campaign_code}, arrêté n° {act.snapshot_number} du {act.taken_on:%d/%m/%Y} :")
            say(
                f"{taken.new_count} chiffre(s) publié(s), {taken.standing_count} laissé(s) comme avant, "
                f"{taken.withheld_count} non publié(s) (cas d'usage × périmètre)."
            )
            say("Les lecteurs et les données ouvertes les verront à la prochaine prise en compte.")


def _list(home: Home) -> None:
    from sources.versions.snapshots import snapshots

    acts = [one.act for one in snapshots(home)]
    for act in acts:
        say(f"{act.campaign_code}  n° {act.snapshot_number}  {act.taken_on:%d/%m/%Y}  {act.taken_by} : {act.reason}")
    if not acts:
        say("Aucun arrêté : les lecteurs et les données ouvertes ne voient aucun score des autres.")
