"""The use cases that may be named twice: those of the catalogue, and those that current submissions describe.

Belongs here: finding them in the lake and the referential. Does not: comparing them. Foreign inventories stay out:
they are compared with ours on a page of their own, never merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sources.lake import lake
from sources.referential.loader import Referential

CATALOGUE = "Catalogue"
CONFIDENTIAL = " (confidentiel)"


@dataclass(frozen=True)
class KnownUseCase:
    """One use case as it is described now; ``owner`` is French, ``functions`` are codes."""

    code: str
    label: str
    need: str
    axis_code: str | None
    functions: frozenset[str]
    owner: str


def known_use_cases(lake_folder: Path, referential: Referential) -> list[KnownUseCase]:
    """The catalogue, then the latest description of every use case of the submissions that count; by code."""
    catalogued = _of_catalogue(referential)
    codes = {use_case.code for use_case in catalogued}
    return catalogued + [found for found in _declared(lake_folder, referential) if found.code not in codes]


def _of_catalogue(referential: Referential) -> list[KnownUseCase]:
    functions = _by_code(referential.table("use_case_functions").select("use_case_code", "function_code"))
    return [
        KnownUseCase(
            row["code"], row["label"], row["need"] or "", row["axis_code"], functions.get(row["code"], _NONE), CATALOGUE
        )
        for row in referential.table("use_cases").sort("code").iter_rows(named=True)
    ]


def _declared(lake_folder: Path, referential: Referential) -> list[KnownUseCase]:
    current = _current_submissions(lake_folder)
    described = (
        lake.read(lake_folder, "use_cases")
        .join(current, on="reception_number")
        .sort("reception_number", "row_number", descending=True)
        .unique("use_case_code", keep="first", maintain_order=True)
        .sort("use_case_code")
    )
    kept = _confidential(lake_folder, current)
    row = ["reception_number", "sheet", "row_number"]
    attributes = (
        lake.read(lake_folder, "use_case_attributes")
        .filter(pl.col("dimension") == "function")
        .join(described.select(row), on=row, how="semi")
    )
    functions = _by_code(attributes.select("use_case_code", "attribute_code"))
    names = referential.labels("organisations")
    return [
        KnownUseCase(
            found["use_case_code"],
            found["use_case_label"] or found["use_case_code"],
            found["need"] or "",
            found["axis_code"],
            functions.get(found["use_case_code"], _NONE),
            names.get(found["organisation_code"], found["organisation_code"])
            + CONFIDENTIAL * (found["use_case_code"] in kept),
        )
        for found in described.iter_rows(named=True)
    ]


def _confidential(lake_folder: Path, current: pl.DataFrame) -> set[str]:
    """The codes that a row that counts says to be confidential (the models' ``int_confidential``)."""
    rows = lake.read(lake_folder, "use_cases").join(current, on="reception_number", how="semi")
    return set(rows.filter(pl.col("is_confidential"))["use_case_code"])


def _current_submissions(lake_folder: Path) -> pl.DataFrame:
    """The latest of each key, unless it is set aside or a withdrawal (the models' ``int_submission_counted``)."""
    set_aside = lake.read(lake_folder, "set_aside")
    return (
        lake.read(lake_folder, "submissions")
        .join(set_aside, on="reception_number", how="anti")
        .sort("reception_number", descending=True)
        .unique("submission_key", keep="first", maintain_order=True)
        .filter(~pl.col("is_withdrawal"))
        .select("reception_number", "organisation_code")
    )


_NONE: frozenset[str] = frozenset()


def _by_code(pairs: pl.DataFrame) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, attribute in pairs.iter_rows():
        found.setdefault(code, set()).add(attribute)
    return {code: frozenset(attributes) for code, attributes in found.items()}
