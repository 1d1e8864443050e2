"""The order of examinations, and what is told when one cannot be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from pipelines.doctor.archive_health import examine_archive
from pipelines.doctor.finding import Finding, Level, error
from pipelines.doctor.layers import examine_lake, examine_publication, examine_warehouse
from pipelines.doctor.machine import examine_configuration, examine_machine, examine_metadata, examine_sign_in
from pipelines.doctor.pages import examine_pages
from pipelines.failures import explain_error
from sources.home import Home

_EXAMINATIONS: tuple[Callable[[Home], Iterator[Finding]], ...] = (
    examine_configuration,
    examine_machine,
    examine_metadata,
    examine_sign_in,
    examine_archive,
    examine_lake,
    examine_warehouse,
    examine_publication,
    examine_pages,
)


def diagnose(home: Home) -> list[Finding]:
    """All findings, those that are well included; an examination that fails is a finding itself."""
    return list(chain.from_iterable(_made(examination, home) for examination in _EXAMINATIONS))


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
