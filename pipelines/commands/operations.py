"""Commands of those who look after an installation.

Belongs here: arguments, French sentences, exit codes. Does not: the work, which other modules do.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any

import typer

from sources.home import HOME_VARIABLE, Home

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help=f"Dossier de l'installation (sinon ${HOME_VARIABLE}, sinon ./var).", file_okay=False),
]
Failures = Callable[[], AbstractContextManager[None]]


def register(app: typer.Typer, failures_as_sentences: Failures) -> None:
    """Put these commands on ``app``."""
    _register_config(app, failures_as_sentences)


def _register_config(app: typer.Typer, failures_as_sentences: Failures) -> None:
    @app.command()
    def config(home: HomeOption = None) -> None:
        """Vérifier la configuration et montrer chaque réglage en vigueur, comme un fichier cartographie.toml."""
        with failures_as_sentences():
            from sources.configuration import FILE_NAME, all_settings, configuration

            place = Home.locate(home)
            found = configuration(place)
            typer.echo(f"# {place.root / FILE_NAME}")
            section_before = ""
            for section, name, default, description in all_settings():
                if section != section_before:
                    typer.echo(f"\n[{section}]")
                    section_before = section
                value = getattr(getattr(found, section), name)
                mark = "# " if value == default else ""
                typer.echo(f"{mark}{name} = {_toml(value)}  # {description}")


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
