"""What every command shares: the option of the home, exit codes, and failures told as sentences.

Belongs here: what two modules of commands need. Does not: any command.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sources.home.home import HOME_VARIABLE
from sources.home.system_errors import system_reason

OK, DATA_PROBLEMS, FAILED = 0, 1, 2
NEXT_PASS = "Ces lignes compteront dans l'entrepôt à la prochaine prise en compte (« cartographie run »)."
TRACE_VARIABLE = "CARTOGRAPHIE_TRACE"
OWN_PACKAGES = {"sources", "quality", "pipelines", "dashboards"}

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help=f"Dossier de l'installation (sinon ${HOME_VARIABLE}, sinon ./var).", file_okay=False),
]


def say(sentence: str) -> None:
    """One line of progress, shown at once."""
    typer.echo(sentence)


@contextmanager
def failures_as_sentences() -> Iterator[None]:
    """Tell a failure in a sentence and end with exit code 2; never a stack trace, unless it is asked for."""
    try:
        yield
    except (typer.Exit, KeyboardInterrupt, BrokenPipeError):  # Who reads no further (head) is told nothing.
        raise
    except Exception as error:
        if os.environ.get(TRACE_VARIABLE):
            raise
        typer.echo(_sentence(error), err=True)
        raise typer.Exit(FAILED) from None


def telling_failures(command: Callable[..., None]) -> Callable[..., None]:
    """The command, its failures told as sentences."""

    @functools.wraps(command)
    def told(*arguments: object, **named: object) -> None:
        with failures_as_sentences():
            command(*arguments, **named)

    return told


def _sentence(error: Exception) -> str:
    """The incident's code, what happened, and the remedy where the sentence of an exception is not the project's."""
    from pipelines.operations.incidents.incidents import UNKNOWN, incident_of

    incident = incident_of(error)
    if incident is UNKNOWN or isinstance(error, OSError) or _is_own(error):
        return f"[{incident.code}] {_told(error)}"
    return f"[{incident.code}] {incident.cause} ({type(error).__name__}) : {incident.remedy}."


def _is_own(error: Exception) -> bool:
    return type(error).__module__.split(".")[0] in OWN_PACKAGES


def _told(error: Exception) -> str:
    """A system's error has its reason and its file; of any other only the kind is told."""
    if _is_own(error):
        return str(error)
    if isinstance(error, OSError):
        return f"Le système refuse : {system_reason(error.errno)} ({error.filename or 'sans nom de fichier'})."
    return (
        f"Erreur inattendue du programme ({type(error).__name__}) : rien n'a été publié. "
        f"Relancez avec {TRACE_VARIABLE}=1 pour la trace à joindre à un signalement."
    )
