"""Commands of those who want to know where a figure comes from, what a column means, and to take the data away.

Belongs here: arguments, French help, sentences, exit codes. Does not: any work.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.commands.terminal.common import DATA_PROBLEMS, FAILED, HomeOption, failures_as_sentences, say
from sources.home.home import Home

CampaignOption = Annotated[
    str | None, typer.Option(help="Campagne, par son code ou son nom (sinon la plus récente qui en parle).")
]
ProfileOption = Annotated[str | None, typer.Option(help="Profil de pondération (sinon « equilibre »).")]
PerimeterOption = Annotated[str | None, typer.Option(help="Périmètre : gcs, tous, ou un établissement (sinon gcs).")]


def register(app: typer.Typer) -> None:
    """Put these commands on ``app``."""
    _register_explain(app)
    _register_dictionary(app)
    _register_export(app)
    _register_docs(app)


def _register_explain(app: typer.Typer) -> None:
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
            from pipelines.products.lineage import UnknownChoice, as_lines
            from pipelines.products.lineage import explain as explanation_of

            try:
                explanation = explanation_of(Home.locate(home), use_case, campaign, profile, perimeter)
            except UnknownChoice as unknown:
                typer.echo(str(unknown), err=True)
                raise typer.Exit(DATA_PROBLEMS) from None
            say(_as_json(explanation.as_dict()) if json else "\n".join(as_lines(explanation)))


def _register_dictionary(app: typer.Typer) -> None:
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
            from pipelines.products.dictionary import dictionary_of, write_page, write_sheet
            from pipelines.warehouse.publication import current_release

            place = Home.locate(home)
            found, release = dictionary_of(place), current_release(place)
            if html is not None:
                write_page(html, found, release.name if release else None)
            if xlsx is not None:
                write_sheet(xlsx, found)
            for path in filter(None, (html, xlsx)):
                say(f"Écrit : {path} ({len(found.tables)} tables)")


def _register_docs(app: typer.Typer) -> None:
    @app.command()
    def docs(
        folder: Annotated[Path, typer.Argument(help="Le dossier du site, fait ou remplacé.", file_okay=False)],
    ) -> None:
        """Écrire la documentation comme un site à lire sans serveur : ouvrir index.html dans ce dossier."""
        with failures_as_sentences():
            from pipelines.products.documentation import SiteError, build_site

            try:
                say(f"Écrit : {folder} ({build_site(folder)} pages)")
            except SiteError as problem:
                say(str(problem))
                raise typer.Exit(FAILED) from problem


def _register_export(app: typer.Typer) -> None:
    @app.command()
    def export(
        open_data: Annotated[
            Path | None,
            typer.Option(help="Écrire les données ouvertes dans ce dossier (vide ou nouveau).", file_okay=False),
        ] = None,
        committee: Annotated[
            Path | None, typer.Option(help="Écrire le classeur du comité, par exemple comite.xlsx.", dir_okay=False)
        ] = None,
        campaign: CampaignOption = None,
        profile: Annotated[str, typer.Option(help="Code du profil de pondération du classeur.")] = "equilibre",
        perimeter: Annotated[str, typer.Option(help="Code du périmètre du classeur.")] = "gcs",
        home: HomeOption = None,
    ) -> None:
        """Exporter la version publiée : données ouvertes, classeur du comité.

        Sans option, refait tout ce que la chaîne laisse dans <dossier>/exports/current, si ce n'est déjà fait.
        """
        with failures_as_sentences():
            place = Home.locate(home)
            if open_data is None and committee is None:
                from pipelines.products.exports.folder import export_all

                made = export_all(place)
                say(f"Exporté : {made.folder} (version {made.release}, {len(made.files)} fichiers)")
                if made.left_out:
                    say(f"Laissé de côté : {made.left_out}")
            if open_data is not None:
                from pipelines.products.exports.single import export_open_data

                say(f"Écrit : {open_data} ({export_open_data(place, open_data)} fichiers)")
            if committee is not None:
                from pipelines.products.exports.single import export_committee

                export_committee(place, committee, campaign, profile, perimeter)
                say(f"Écrit : {committee}")


def _as_json(content: dict[str, Any]) -> str:
    import json

    return json.dumps(content, ensure_ascii=False, indent=1, default=str)
