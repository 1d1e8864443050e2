"""Commands of those who want to know where a figure comes from, what a column means, and to take the data away.

Belongs here: arguments, French help, sentences, exit codes. Does not: any work.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any

import typer

from sources.home import HOME_VARIABLE, Home

OK, NOT_FOUND, FAILED = 0, 1, 2

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help=f"Dossier de l'installation (sinon ${HOME_VARIABLE}, sinon ./var).", file_okay=False),
]
CampaignOption = Annotated[
    str | None, typer.Option(help="Campagne, par son code ou son nom (sinon la plus récente qui en parle).")
]
ProfileOption = Annotated[str | None, typer.Option(help="Profil de pondération (sinon « equilibre »).")]
PerimeterOption = Annotated[str | None, typer.Option(help="Périmètre : gcs, tous, ou un établissement (sinon gcs).")]
Failures = Callable[[], AbstractContextManager[None]]


def register(app: typer.Typer, failures_as_sentences: Failures) -> None:
    """Put these commands on ``app``."""
    _register_explain(app, failures_as_sentences)
    _register_dictionary(app, failures_as_sentences)


def _register_explain(app: typer.Typer, failures_as_sentences: Failures) -> None:
    @app.command()
    def explain(
        use_case: Annotated[
            str, typer.Argument(help="Le cas d'usage, par son code ou son nom.", metavar="CAS_D_USAGE")
        ],
        campaign: CampaignOption = None,
        profile: ProfileOption = None,
        perimeter: PerimeterOption = None,
        json: Annotated[bool, typer.Option("--json", help="La même chose pour les machines.")] = False,
        home: HomeOption = None,
    ) -> None:
        """Suivre un score jusqu'à ses cellules : critères, établissements, évaluateurs, fichier, feuille, cellule.

        Code de retour : 0, ou 1 quand le cas d'usage n'est pas connu, ou 2 quand rien n'est publié.
        """
        with failures_as_sentences():
            from pipelines.lineage import UnknownChoice, as_lines
            from pipelines.lineage import explain as explanation_of

            try:
                explanation = explanation_of(Home.locate(home), use_case, campaign, profile, perimeter)
            except UnknownChoice as unknown:
                typer.echo(str(unknown), err=True)
                raise typer.Exit(NOT_FOUND) from None
            typer.echo(_as_json(explanation.as_dict()) if json else "\n".join(as_lines(explanation)))


def _register_dictionary(app: typer.Typer, failures_as_sentences: Failures) -> None:
    @app.command()
    def dictionary(
        html: Annotated[Path | None, typer.Option(help="Écrire la page.", dir_okay=False)] = None,
        xlsx: Annotated[Path | None, typer.Option(help="Écrire la feuille.", dir_okay=False)] = None,
        home: HomeOption = None,
    ) -> None:
        """Écrire le dictionnaire des données : ce que veut dire chaque table et chaque colonne publiée."""
        if html is None and xlsx is None:
            raise typer.BadParameter("dites où l'écrire : --html FICHIER, --xlsx FICHIER, ou les deux.")
        with failures_as_sentences():
            from pipelines.dictionary import dictionary_of, write_page, write_sheet
            from pipelines.publication import current_release

            place = Home.locate(home)
            found, release = dictionary_of(place), current_release(place)
            if html is not None:
                write_page(html, found, release.name if release else None)
            if xlsx is not None:
                write_sheet(xlsx, found)
            for path in filter(None, (html, xlsx)):
                typer.echo(f"Écrit : {path} ({len(found.tables)} tables)")


def _as_json(content: dict[str, Any]) -> str:
    import json

    return json.dumps(content, ensure_ascii=False, indent=1, default=str)
