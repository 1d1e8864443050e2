"""The tables of the lake: names, columns, types; how a table is written and found.

Belongs here: the one list of lake tables, which the validation fills and dbt reads. Does not: what a valid
row is (``quality``), nor what is made of it (``dbt_project``).

Each table is a folder of Parquet files. One file, ``_schema.parquet``, holds no rows and is always there, so
that a reader finds the columns before the first submission. A batch of receptions writes one file a table,
named by its receptions; writing the same batch again replaces that file and nothing else.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

SCHEMA_FILE = "_schema.parquet"

# Where a row was found: the reception, the sheet as the file names it, and the row as a spreadsheet counts (1-based).
LINEAGE: dict[str, pl.DataType | type[pl.DataType]] = {
    "reception_number": pl.Int64,
    "sheet": pl.String,
    "row_number": pl.Int32,
}

_COLUMNS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    # grain: one drop (whatever became of it)
    "receptions": {
        "reception_number": pl.Int64,
        "folder": pl.String,  # the intake folder, an organisation code
        "file_name": pl.String,
        "content_sha256": pl.String,
        "byte_count": pl.Int64,
        "received_at": pl.Datetime("us"),  # UTC
        "verdict_code": pl.String,  # prise, partielle, refusee, sans_changement, retrait
        "referential_sha256": pl.String,  # the referential by which it was judged
    },
    # grain: one reception that was understood (verdict prise, partielle or retrait)
    "submissions": {
        "reception_number": pl.Int64,
        "submission_key": pl.String,  # <organisation>|<campaign>|<dossier>
        "organisation_code": pl.String,
        "campaign_code": pl.String,
        "dossier_code": pl.String,
        "submitted_on": pl.Date,
        "is_withdrawal": pl.Boolean,
        "template_version": pl.String,
    },
    # grain: reception × sheet; read = taken + rejected + ignored
    "sheet_counts": {
        "reception_number": pl.Int64,
        "sheet": pl.String,
        "read_count": pl.Int32,
        "taken_count": pl.Int32,
        "rejected_count": pl.Int32,
        "ignored_count": pl.Int32,
    },
    "use_cases": LINEAGE
    | {
        "use_case_code": pl.String,
        "use_case_label": pl.String,
        "need": pl.String,
        "domain_code": pl.String,
        "axis_code": pl.String,
        "segment_code": pl.String,
        "minutes_per_day": pl.Float64,  # minutes saved per person and day
        "people_count": pl.Int64,
        "cost_eur": pl.Float64,
        "yearly_gain_eur": pl.Float64,
        "is_confidential": pl.Boolean,
        "declared_hours_per_day": pl.Float64,  # hours saved a day, all people together, as the sender reckons them
    },
    # grain: use case row × attribute; dimension is function, technique or learning_type
    "use_case_attributes": LINEAGE | {"use_case_code": pl.String, "dimension": pl.String, "attribute_code": pl.String},
    "objectives": LINEAGE
    | {
        "use_case_code": pl.String,
        "indicator": pl.String,
        "baseline": pl.String,
        "target": pl.String,
        "observed": pl.String,
        "observed_on": pl.Date,
    },
    "solutions": LINEAGE
    | {
        "solution_code": pl.String,
        "solution_label": pl.String,
        "supplier": pl.String,
        "way_code": pl.String,
        "kind_code": pl.String,
        "hosting": pl.String,
        "machine_capacity": pl.String,
        "data_prerequisite": pl.String,
        "interoperability": pl.String,
        "has_ce_mark": pl.Boolean,
        "ai_act_class": pl.String,
        "is_hds_hosted": pl.Boolean,
    },
    # grain: a project row: the project of one organisation for use case × solution
    "projects": LINEAGE
    | {
        "use_case_code": pl.String,
        "solution_code": pl.String,
        "sites": pl.String,
        "evidence_code": pl.String,
        "evidence_link": pl.String,
        "follow_up": pl.String,
        "end_reason": pl.String,
    },
    # grain: project row × status reached
    "project_statuses": LINEAGE
    | {
        "use_case_code": pl.String,
        "solution_code": pl.String,
        "status_code": pl.String,
        "reached_on": pl.Date,
        "cell": pl.String,
    },
    # grain: assessor × use case row
    "assessments": LINEAGE
    | {
        "assessor_code": pl.String,
        "role_code": pl.String,
        "use_case_code": pl.String,
        "assessed_on": pl.Date,
        "comment": pl.String,
    },
    # grain: assessment row × question asked (sub-criterion or point of attention); a missing answer has level_code null
    "answers": LINEAGE
    | {
        "assessor_code": pl.String,
        "use_case_code": pl.String,
        "question_code": pl.String,
        "level_code": pl.String,
        "answer_text": pl.String,
        "cell": pl.String,
    },
    # grain: one problem found; text values may be null; found_text is never logged
    "problems": {
        "reception_number": pl.Int64,
        "sheet": pl.String,
        "row_number": pl.Int32,
        "column_label": pl.String,
        "cell": pl.String,
        "rule_code": pl.String,
        "severity": pl.String,  # erreur, avertissement, information
        "found_text": pl.String,
        "expected_text": pl.String,
    },
    # grain: one submission kept out of the warehouse, by a test that its rows made fail
    "set_aside": {"reception_number": pl.Int64, "reason": pl.String},
    # grain: one decision of the coordinators on a pair of use cases; the highest number of a pair counts
    "duplicate_decisions": {
        "decision_number": pl.Int64,
        "use_case_code": pl.String,  # the pair is unordered: the smaller code stands here
        "other_code": pl.String,
        "decision_code": pl.String,  # meme, different, plus_tard
        "decided_by": pl.String,
        "decided_on": pl.Date,
        "reason": pl.String,
    },
    # grain: one row of a coordinators' workbook of decisions; the latest row of use case × perimeter × day counts
    "decisions": LINEAGE
    | {
        "use_case_code": pl.String,
        "perimeter_code": pl.String,  # gcs, tous, or an organisation
        "committee_on": pl.Date,
        "outcome_code": pl.String,  # null in a withdrawal
        "reason": pl.String,
        "decider_role_code": pl.String,
        "next_review_on": pl.Date,
        "is_withdrawal": pl.Boolean,
        "cell": pl.String,
    },
    # grain: one cell of a recognised column of any row read, taken or rejected, as text
    "cells": LINEAGE
    | {
        "sheet_code": pl.String,
        "column_code": pl.String,
        "cell": pl.String,
        "cell_text": pl.String,
        "is_taken": pl.Boolean,
    },
    # grain: organisation × received version of the site's referential; 0 is what the project ships; a row without code
    # marks a version
    "organisation_versions": {
        "reception_number": pl.Int64,
        "received_at": pl.Datetime("us"),  # UTC
        "organisation_code": pl.String,
        "organisation_label": pl.String,
        "ej_finess": pl.String,
        "sector_code": pl.String,
        "is_gcs_member": pl.Boolean,
        "is_health_establishment": pl.Boolean,
        "department_code": pl.String,
    },
    # The FINESS register; grain: a site (ET), a legal entity (EJ)
    "finess_sites": {
        "site_finess": pl.String,
        "entity_finess": pl.String,
        "site_label": pl.String,
        "category_code": pl.String,
        "category_label": pl.String,
        "aggregate_category_code": pl.String,
        "aggregate_category_label": pl.String,
        "psph_code": pl.String,
        "siret": pl.String,
        "postal_code": pl.String,
        "town": pl.String,
        "department_code": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
    },
    "finess_entities": {
        "entity_finess": pl.String,
        "entity_label": pl.String,
        "legal_status_code": pl.String,
        "legal_status_label": pl.String,
        "department_code": pl.String,
    },
    # Foreign inventories taken in through a mapping; grain: one use case of one inventory
    "inventory_use_cases": {
        "source_code": pl.String,
        "row_number": pl.Int32,  # record of the source file, its heading line counted as 1
        "use_case_code": pl.String,
        "organisation_code": pl.String,
        "bureau": pl.String,
        "use_case_label": pl.String,
        "need": pl.String,
        "topic": pl.String,
        "axis_code": pl.String,  # null: non rattaché
        "domain_code": pl.String,
        "status_code": pl.String,  # null: the source says nothing that the mapping knows
        "status_text": pl.String,
        "reached_on": pl.Date,
        "way_code": pl.String,
    },
    "inventory_attributes": {
        "source_code": pl.String,
        "use_case_code": pl.String,
        "dimension": pl.String,
        "attribute_code": pl.String,
    },
    # grain: column × source value that no table of the mapping translates; how often
    "inventory_unmapped": {
        "source_code": pl.String,
        "column_name": pl.String,
        "source_value": pl.String,
        "row_count": pl.Int32,
    },
}


LAKE_TABLES: dict[str, pl.Schema] = {table: pl.Schema(columns) for table, columns in _COLUMNS.items()}


def empty(table: str) -> pl.DataFrame:
    """The table without rows."""
    return pl.DataFrame(schema=LAKE_TABLES[table])


def write(lake: Path, table: str, part: str, rows: pl.DataFrame) -> Path:
    """Write ``rows`` as the part ``part`` of ``table``, replacing that part whole, and return its path.

    Columns are put in the table's order and cast strictly to its types: a column too few, too many or of another
    kind raises ``polars.exceptions.PolarsError``. A reader never sees half a file.
    """
    schema = LAKE_TABLES[table]
    return write_parquet(rows.select(list(schema)).cast(schema), lake / table / f"{part}.parquet")


def write_parquet(rows: pl.DataFrame, path: Path) -> Path:
    """Write one Parquet file so that a reader sees the whole of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    rows.write_parquet(half, compression="lz4")
    half.replace(path)
    return path


def ensure_schemas(lake: Path) -> None:
    """Lay each table's empty ``_schema.parquet``, so that a reader of an empty lake finds its columns."""
    for table in LAKE_TABLES:
        path = lake / table / SCHEMA_FILE
        if not path.exists() or pl.read_parquet_schema(path) != empty(table).schema:
            write_parquet(empty(table), path)


def read(lake: Path, table: str) -> pl.DataFrame:
    """All rows of a table."""
    files = sorted((lake / table).glob("*.parquet"))
    return pl.read_parquet(files, schema=LAKE_TABLES[table]) if files else empty(table)
