"""``cartographie report``: the committee's report as a page and as PDF. Does not belong here: the report itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.terminal.common import HomeOption, failures_as_sentences, say
from sources.home.home import Home


def register(app: typer.Typer) -> None:
    """Put the command on ``app``."""

    @app.command()
    def report(
        file: Annotated[Path, typer.Argument(help="La page à écrire, par exemple rapport.html.", dir_okay=False)],
        pdf: Annotated[
            Path | None, typer.Option(help="Écrire aussi ce PDF (il faut Chromium).", dir_okay=False)
        ] = None,
        campaign: Annotated[str | None, typer.Option(help="Code de la campagne (sinon la plus récente).")] = None,
        profile: Annotated[str, typer.Option(help="Code du profil de pondération.")] = "equilibre",
        perimeter: Annotated[str, typer.Option(help="Code du périmètre : gcs, tous ou un établissement.")] = "gcs",
        home: HomeOption = None,
    ) -> None:
        """Écrire le rapport au comité de la dernière publication : une page complète, et un PDF."""
        with failures_as_sentences():
            from pipelines.products.report.pdf import print_page
            from pipelines.products.report.writing import write_report

            page = write_report(Home.locate(home), file, campaign, profile, perimeter)
            say(f"Rapport écrit : {page}")
            if pdf:
                print_page(page.absolute(), pdf)
                say(f"PDF écrit : {pdf}")
