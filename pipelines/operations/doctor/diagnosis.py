"""The order of examinations, and what is told when one cannot be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from pipelines.operations.doctor.archive_health import examine_archive
from pipelines.operations.doctor.door import examine_door
from pipelines.operations.doctor.finding import Finding, Level, error
from pipelines.operations.doctor.foreign import examine_foreign
from pipelines.operations.doctor.layers import examine_lake, examine_publication, examine_warehouse
from pipelines.operations.doctor.machine import (
    examine_configuration,
    examine_machine,
    examine_metadata,
    examine_sign_in,
    serves_pages_alone,
)
from pipelines.operations.doctor.pages import examine_followed_release, examine_pages
from pipelines.operations.doctor.referential import examine_referential
from pipelines.operations.incidents.failures import explain_error
from sources.home.home import Home

_EXAMINATIONS: tuple[Callable[[Home], Iterator[Finding]], ...] = (
    examine_configuration,
    examine_machine,
    examine_metadata,
    examine_sign_in,
    examine_archive,
    examine_foreign,
    examine_referential,
    examine_lake,
    examine_warehouse,
    examine_publication,
    examine_pages,
    examine_door,
)

_OF_PAGES_ALONE = (
    examine_configuration,
    examine_machine,
    examine_metadata,
    examine_sign_in,
    examine_followed_release,
    examine_pages,
)


def diagnose(home: Home) -> list[Finding]:
    """All findings, those that are well included; an examination that fails is a finding itself."""
    examinations = _OF_PAGES_ALONE if serves_pages_alone(home) else _EXAMINATIONS
    return list(chain.from_iterable(_made(examination, home) for examination in examinations))


def worst(findings: list[Finding]) -> Level:
    return max((finding.level for finding in findings), default=Level.OK)


def _made(examination: Callable[[Home], Iterator[Finding]], home: Home) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(examination(home))
    except Exception as problem:
        told, _, remedy = explain_error(problem).partition(" → ")
        what = examination.__name__.removeprefix("examine_")
        found.append(error("D0001", f"examen « {what} » impossible : {told}", remedy))
    return found
