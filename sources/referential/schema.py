"""The tables of the referential, described as data: columns, types, references, uniqueness.

Belongs here: what a table must look like. Does not: how files are read (``reading``), how rows are checked
(``checks``), what crosses several rows (``coherence``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["text", "boolean", "integer", "decimal", "date", "finess"]

ORIGINS = ("seed", "public", "proposed")

CONSTRAINT_KINDS = ("axis_min", "function_max", "use_case_required", "use_case_excluded")


@dataclass(frozen=True)
class Column:
    """One column; ``references`` names the table whose codes are allowed, ``choices`` the values allowed.

    ``required_with`` names a column: filled together, or both empty. ``decimals`` is the number kept, exactly.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    references: str | None = None
    choices: tuple[str, ...] = ()
    required_with: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    decimals: int = 0

    @property
    def dtype(self) -> pl.DataType:
        """The type of the column in the lake."""
        types: dict[str, pl.DataType] = {
            "text": pl.String(),
            "finess": pl.String(),
            "boolean": pl.Boolean(),
            "integer": pl.Int32(),
            "decimal": pl.Decimal(9, self.decimals),
            "date": pl.Date(),
        }
        return types[self.kind]


@dataclass(frozen=True)
class Table:
    """One table; ``code_of`` names the columns whose values, joined by ``:``, make the code.

    ``label_within`` lists the columns inside which a label must be unique (``()``: in the whole table); None where
    two rows may share a label. ``unique`` lists groups of columns that no two rows share. ``parent`` is the column of
    the table inside which the rank counts; rows are ordered by the parent's rank, then their own, then code.
    """

    name: str
    own: tuple[Column, ...] = ()
    code_of: tuple[str, ...] = ()
    label_within: tuple[str, ...] | None = None
    unique: tuple[tuple[str, ...], ...] = ()
    parent: str | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        return COMMON + self.own

    @property
    def lake_schema(self) -> dict[str, pl.DataType]:
        """Columns and types of ``ref_<table>`` in the lake."""
        return {column.name: column.dtype for column in self.columns} | {"is_site": pl.Boolean()}


COMMON = (
    Column("code", required=True),
    Column("label", required=True),
    Column("origin", required=True, choices=ORIGINS),
    Column("valid_from", "date"),
    Column("valid_to", "date"),
)

RANK = Column("rank", "integer", required=True, minimum=0)

ESSENTIAL = (
    Column("essential", "boolean", required_with="essential_origin"),
    Column("essential_origin", choices=ORIGINS, required_with="essential"),
)
"""Whether the short edition of the workbook asks a question, and who said so."""


def _to(table: str, name: str, required: bool = True) -> Column:
    return Column(name, required=required, references=table)


def _flag(name: str, required: bool = True) -> Column:
    return Column(name, "boolean", required=required)


def _origin_of(attribution: str, name: str) -> Column:
    return Column(name, choices=ORIGINS, required_with=attribution)


def _share(name: str) -> Column:
    return Column(name, "decimal", minimum=0, maximum=1, decimals=6)


def _listed(name: str, *own: Column) -> Table:
    """A table that users choose from by label: labels are unique and rows have a rank."""
    return Table(name, (RANK, *own), label_within=())


def _attribution(name: str, table: str, column: str) -> Table:
    return Table(name, (_to("use_cases", "use_case_code"), _to(table, column)), code_of=("use_case_code", column))


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _listed("axes", Column("description")),
        Table("segments", (_to("axes", "axis_code"), RANK), label_within=("axis_code",), parent="axis_code"),
        _listed("functions", Column("description")),
        Table("technique_families", label_within=()),
        _listed("techniques", _to("technique_families", "family_code"), _origin_of("family_code", "family_origin")),
        _listed("learning_types"),
        _listed("sectors"),
        _listed("domains"),
        _listed("project_statuses", _flag("is_deployed"), _flag("is_ended"), _flag("needs_reason")),
        _listed("evidence_levels"),
        _listed("ways"),
        _listed("kinds"),
        _listed("assessor_roles"),
        _listed("decision_outcomes", _flag("is_selected"), _flag("is_rejected")),
        _listed("decider_roles"),
        Table(
            "size_classes",
            (RANK, Column("minimum_site_count", "integer", required=True, minimum=0)),
            label_within=(),
            unique=(("minimum_site_count",),),
        ),
        Table("scales"),
        Table(
            "scale_levels",
            (_to("scales", "scale_code"), RANK),
            label_within=("scale_code",),
            unique=(("scale_code", "rank"),),
            parent="scale_code",
        ),
        _listed("criteria", Column("side_code", required=True, choices=("impact", "effort")), Column("help")),
        Table(
            "subcriteria",
            (
                _to("criteria", "criterion_code"),
                _to("scales", "scale_code"),
                Column("polarity", required=True, choices=("+", "-")),
                Column("polarity_origin", choices=ORIGINS, required=True),
                RANK,
                Column("help"),
                *ESSENTIAL,
            ),
            label_within=(),
            parent="criterion_code",
        ),
        Table(
            "criterion_level_help",
            (_to("criteria", "criterion_code"), _to("scale_levels", "level_code")),
            code_of=("criterion_code", "level_code"),
        ),
        _listed("attention_points", _to("scales", "scale_code"), Column("help"), *ESSENTIAL),
        _listed("weight_profiles"),
        Table(
            "weight_profile_weights",
            (
                _to("weight_profiles", "profile_code"),
                _to("criteria", "criterion_code"),
                Column("weight", "decimal", required=True, minimum=0, maximum=1000, decimals=3),
            ),
            code_of=("profile_code", "criterion_code"),
        ),
        Table("thresholds", (Column("value", "decimal", required=True, minimum=0, maximum=100, decimals=6),)),
        Table(
            "quadrants",
            (RANK, _flag("is_impact_high", required=False), _flag("is_effort_high", required=False)),
            label_within=(),
            unique=(("is_impact_high", "is_effort_high"),),
        ),
        Table(
            "key_figures",
            (
                Column("definition", required=True),
                Column("unit", required=True, choices=("nombre", "part")),
                RANK,
            ),
            label_within=(),
        ),
        Table(
            "national_reference",
            (
                _to("key_figures", "figure_code"),
                _to("axes", "axis_code", required=False),
                Column("value_count", "integer", minimum=0),
                _share("low_share"),
                _share("high_share"),
                Column("note"),
                Column("source", required=True),
                Column("observed_on", "date", required=True),
            ),
            unique=(("figure_code", "axis_code"),),
        ),
        Table(
            "use_cases",
            (
                _to("axes", "axis_code", required=False),
                _origin_of("axis_code", "axis_origin"),
                _to("segments", "segment_code", required=False),
                _origin_of("segment_code", "segment_origin"),
                _to("domains", "domain_code", required=False),
                _origin_of("domain_code", "domain_origin"),
                Column("need"),
                _origin_of("need", "need_origin"),
                RANK,
            ),
        ),
        _attribution("use_case_functions", "functions", "function_code"),
        _attribution("use_case_techniques", "techniques", "technique_code"),
        _attribution("use_case_learning_types", "learning_types", "learning_type_code"),
        Table(
            "sources",
            (Column("kind", required=True, choices=("france", "etranger")), Column("licence"), Column("url")),
            label_within=(),
        ),
        Table(
            "organisations",
            (
                Column("ej_finess", "finess"),
                _to("sectors", "sector_code"),
                Column("sector_origin", choices=ORIGINS),
                _flag("member_gcs"),
                Column("country_code", required=True),
                Column("department_code"),
                _flag("is_health_establishment"),
                _to("sources", "source_code"),
            ),
        ),
        Table("aggregate_categories", (_flag("is_health_establishment"), Column("health_origin", choices=ORIGINS))),
        Table("legal_statuses", (_to("sectors", "sector_code"), Column("sector_origin", choices=ORIGINS))),
        Table("psph_codes", (_to("sectors", "sector_code"),)),
        Table(
            "campaigns",
            (
                Column("opens", "date", required=True),
                Column("deadline", "date", required=True),
                _flag("is_demonstration"),
            ),
            label_within=(),
        ),
        Table(
            "campaign_organisations",
            (_to("campaigns", "campaign_code"), _to("organisations", "organisation_code")),
            code_of=("campaign_code", "organisation_code"),
        ),
        # What coordinators ask of a portfolio. Empty: newest campaign, equilibre, gcs, no budget of cost.
        _listed(
            "scenarios",
            _to("campaigns", "campaign_code", required=False),
            _to("weight_profiles", "profile_code", required=False),
            Column("perimeter_code"),
            Column("effort_budget", "decimal", required=True, minimum=0, maximum=999_999, decimals=3),
            Column("cost_budget_eur", "decimal", minimum=0, maximum=999_999_999),
            _flag("includes_incomplete", required=False),
        ),
        Table(
            "scenario_constraints",
            (
                _to("scenarios", "scenario_code"),
                Column("kind", required=True, choices=CONSTRAINT_KINDS),
                _to("axes", "axis_code", required=False),
                _to("functions", "function_code", required=False),
                Column("use_case_code"),
                Column("use_case_count", "integer", minimum=0),
            ),
            unique=(("scenario_code", "axis_code", "function_code", "use_case_code"),),
        ),
        Table(
            "use_case_prerequisites",
            (Column("use_case_code", required=True), Column("prerequisite_code", required=True)),
            code_of=("use_case_code", "prerequisite_code"),
        ),
    )
}
"""Every table by name; those that others refer to come before or after, the order does not matter."""
