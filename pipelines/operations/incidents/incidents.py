"""What an error means to the person who must act: its code, its cause, its remedy.

Belongs here: finding the row of ``incidents.csv`` for an error. Does not: rules on the content of files
(``quality.rules.rules``), what ``doctor`` finds by itself (``pipelines.operations.doctor``). A test holds the list to
the exceptions of the project and to ``docs/exploitation.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UNKNOWN_CODE = "O0000"


@dataclass(frozen=True)
class Incident:
    """One kind of error: ``error`` is the qualified name of its class; texts are French."""

    code: str
    error: str
    cause: str
    remedy: str


_SYSTEM_ERRORS = {
    "FileNotFoundError",
    "FileExistsError",
    "PermissionError",
    "BlockingIOError",
    "NotADirectoryError",
    "IsADirectoryError",
}

UNKNOWN = Incident(
    UNKNOWN_CODE, "", "erreur inattendue du programme", "relancez avec CARTOGRAPHIE_TRACE=1 et signalez la trace"
)


@cache
def incidents() -> tuple[Incident, ...]:
    """All of them, in the order of their codes."""
    with (Path(__file__).parent / "incidents.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(Incident(**row) for row in csv.DictReader(stream, delimiter=";"))


def incident_of(error: BaseException) -> Incident:
    """The incident of an exception, by its class or the nearest one above it."""
    return _first(f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)


def incident_named(name: str) -> Incident:
    """The incident of an error of which only the name is known, with its module or without (built-in ones)."""
    return _first([name, f"builtins.{'OSError' if name in _SYSTEM_ERRORS else name}"])


def _first(names: Iterable[str]) -> Incident:
    by_error = {incident.error: incident for incident in incidents()}
    return next((by_error[name] for name in names if name in by_error), UNKNOWN)
