"""Commands of those who look after an installation.

Belongs here: arguments, French sentences, exit codes. Does not: the work, which other modules do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.commands.terminal.common import HomeOption, failures_as_sentences
from sources.home.home import Home


def register(app: typer.Typer) -> None:
    """Put these commands on ``app``."""
    _register_config(app)
    _register_backup(app)
    _register_restore(app)
    _register_install(app)
    _register_status(app)
    _register_doctor(app)


def _register_config(app: typer.Typer) -> None:
    @app.command()
    def config(home: HomeOption = None) -> None:
        """Vérifier la configuration et montrer chaque réglage en vigueur, comme un fichier cartographie.toml."""
        with failures_as_sentences():
            from pipelines.operations.sign_in import sign_in_variables
            from sources.home.configuration import FILE_NAME, all_settings, configuration

            place = Home.locate(home)
            found = configuration(place)
            sign_in_variables(place)
            typer.echo(f"# {place.root / FILE_NAME}")
            section_before = ""
            for section, name, default, description in all_settings():
                if section != section_before:
                    typer.echo(f"\n[{section}]")
                    section_before = section
                value = getattr(getattr(found, section), name)
                mark = "# " if value == default else ""
                typer.echo(f"{mark}{name} = {_toml(value)}  # {description}")


def _register_backup(app: typer.Typer) -> None:
    @app.command()
    def backup(
        destination: Annotated[
            Path | None, typer.Argument(help="Le dossier des sauvegardes (sinon la configuration).")
        ] = None,
        home: HomeOption = None,
    ) -> None:
        """Sauvegarder l'installation, même en marche ; seul ce qui est nouveau est écrit, et tout est relu."""
        with failures_as_sentences():
            from pipelines.operations.backup.backup import back_up
            from pipelines.operations.backup.backup_contents import BackupError
            from sources.home.configuration import configuration

            place = Home.locate(home)
            target = destination or configuration(place).backup.destination
            if target is None:
                raise BackupError("Donnez le dossier des sauvegardes, ou [backup] destination dans la configuration.")
            report = back_up(place, target)
            count = len(report.snapshot.entries)
            typer.echo(
                f"Instantané {report.snapshot.name} : {count} fichiers, {_mib(report.byte_count)}, "
                f"dont nouveaux {report.new_count} ({_mib(report.new_bytes)}). Tout a été relu et contrôlé."
            )
            for name in report.removed:
                typer.echo(f"Instantané retiré (ancien, ou contenant un fichier purgé) : {name}")
            for name in report.damaged:
                typer.echo(
                    f"Abîmé dans l'archive, sauvegardé tel quel : {name}. Voir « cartographie doctor ».", err=True
                )
        raise typer.Exit(1 if report.damaged else 0)


def _register_restore(app: typer.Typer) -> None:
    @app.command()
    def restore(
        source: Annotated[Path, typer.Argument(help="Le dossier des sauvegardes.", file_okay=False)],
        target: Annotated[Path, typer.Argument(help="Le dossier de l'installation, vide ou à créer.", metavar="HOME")],
        snapshot: Annotated[str | None, typer.Option(help="L'instantané (sinon le dernier).")] = None,
        rebuild: Annotated[bool, typer.Option(help="Refaire aussitôt l'entrepôt et la publication.")] = True,
    ) -> None:
        """Remettre une sauvegarde dans un dossier vide, puis refaire l'entrepôt et la publication."""
        with failures_as_sentences():
            from pipelines.operations.backup.restore import restore as put_back
            from sources.home.configuration import configuration

            place = Home.locate(target)
            report = put_back(source, place, snapshot)
            typer.echo(
                f"Restauré : instantané {report.snapshot.name}, {len(report.snapshot.entries)} fichiers, "
                f"{_mib(report.byte_count)}, chacun contrôlé."
            )
            if report.postgres_dump:
                typer.echo(
                    "Métadonnées de Dagster et de Superset à charger : "
                    f"pg_restore --clean --if-exists -d URL {report.postgres_dump}"
                )
            if configuration(place).servers.pages_only:
                typer.echo("Pages seules : refaites le lien « published » vers le partage, puis « cartographie up ».")
            elif rebuild:
                from pipelines.orchestration.runs.one_pass import run_once

                done = run_once(place, False, typer.echo)
                typer.echo(f"Publié : {done.release.name}" if done.release else "Rien à publier.")


def _register_install(app: typer.Typer) -> None:
    @app.command()
    def install(
        systemd: Annotated[
            Path, typer.Option(help="Où écrire l'unité et les fichiers des mandataires.", file_okay=False)
        ],
        user: Annotated[str | None, typer.Option(help="Le compte du service (sinon celui qui lance).")] = None,
        superset: Annotated[bool, typer.Option(help="Installer aussi l'environnement de Superset (694 Mio).")] = True,
        home: HomeOption = None,
    ) -> None:
        """Écrire l'unité systemd durcie et, à côté, la configuration de Caddy et de nginx ; rien n'est démarré.

        L'environnement de Superset est installé s'il manque : le service n'a plus rien à télécharger.
        """
        with failures_as_sentences():
            from dashboards.serving.environment import ensure_environment
            from pipelines.operations.installation import write_installation

            if superset:
                ensure_environment(typer.echo)
            made = write_installation(Home.locate(home), systemd, user)
            for path in made.files:
                typer.echo(f"Écrit : {path}")
            if made.verified is None:
                typer.echo("systemd-analyze est absent d'ici : l'unité n'a pas été vérifiée.")
            else:
                typer.echo(
                    "Unité vérifiée par systemd." if made.verified else f"systemd trouve à redire :\n{made.said}"
                )
        raise typer.Exit(int(made.verified is False))


def _register_status(app: typer.Typer) -> None:
    @app.command()
    def status(
        home: HomeOption = None,
        as_json: Annotated[bool, typer.Option("--json", help="Pour les machines.")] = False,
    ) -> None:
        """Dire ce qui marche, ce qui est publié et depuis quand, ce qui attend, et pourquoi une exécution a échoué.

        Code de retour 0 : tout va, 1 : la dernière exécution d'un job a échoué, un serveur ne répond pas ou des
        fichiers attendent que quelqu'un les prenne, 2 : rien n'est publié.
        """
        with failures_as_sentences():
            from pipelines.operations.status import read_status

            found = read_status(Home.locate(home))
            if as_json:
                typer.echo(json.dumps(found.as_facts(), ensure_ascii=False, indent=1))
            else:
                for line in found.as_lines():
                    typer.echo(line)
        raise typer.Exit(found.exit_code)


def _register_doctor(app: typer.Typer) -> None:
    @app.command()
    def doctor(
        home: HomeOption = None,
        repair: Annotated[bool, typer.Option("--repair", help="Réparer ce qui peut l'être sans risque.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Pour les machines.")] = False,
    ) -> None:
        """Examiner l'installation ; code de retour 0 : saine, 1 : à surveiller, 2 : à réparer."""
        with failures_as_sentences():
            from pipelines.operations.doctor import diagnose, worst
            from pipelines.operations.doctor.finding import Level

            place = Home.locate(home)
            if not place.root.is_dir():
                raise FileNotFoundError(2, "ce dossier n'existe pas", str(place.root))
            findings = diagnose(place)
            repaired = [finding.repair() for finding in findings if repair and finding.repair]
            findings = diagnose(place) if repaired else findings
        if as_json:
            rows = [
                {"code": f.code, "level": f.level.name.lower(), "said": f.said, "remedy": f.remedy} for f in findings
            ]
            typer.echo(json.dumps({"findings": rows, "repaired": repaired}, ensure_ascii=False, indent=1))
        else:
            marks = {Level.OK: "bien     ", Level.WARNING: "attention", Level.ERROR: "ERREUR   "}
            for said in repaired:
                typer.echo(f"réparé     {said}")
            for finding in findings:
                typer.echo(f"{marks[finding.level]}  {finding.code}  {finding.said}")
                if finding.remedy:
                    typer.echo(f"{'':>18}→ {finding.remedy}")
        raise typer.Exit(int(worst(findings)))


def _mib(byte_count: int) -> str:
    return f"{byte_count / 2**20:.1f} Mio".replace(".", ",")


def _toml(value: Any) -> str:
    """A value as TOML writes it; pydantic's secrets show as stars."""
    if value is None:
        return "…"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return f'"{value}"'
