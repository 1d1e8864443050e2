"""The columns of the lake tables that submissions and coordinators' workbooks fill. Does not belong here: the others
(``reference_columns``), how a table is written (``lake``)."""

from __future__ import annotations

import polars as pl

from sources.glossary.sheets import kinds, plain_tables

# Where a row was found: the reception, the sheet as the file names it, and the row as a spreadsheet counts (1-based).
LINEAGE: dict[str, pl.DataType | type[pl.DataType]] = {
    "reception_number": pl.Int64,
    "sheet": pl.String,
    "row_number": pl.Int32,
}

_KINDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "number": pl.Float64,
    "integer": pl.Int64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}
"""Of a column of a sheet; any other kind is text or a code."""


def _of_sheet(table: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    sheet, columns = plain_tables()[table]
    kind_of = kinds(sheet)
    return {name: _KINDS.get(kind_of[code], pl.String) for name, code in columns.items()}


SUBMISSION_COLUMNS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    # grain: one drop (whatever became of it)
    "receptions": {
        "reception_number": pl.Int64,
        "folder": pl.String,  # the intake folder, an organisation code
        "file_name": pl.String,
        "content_sha256": pl.String,
        "byte_count": pl.Int64,
        "received_at": pl.Datetime("us"),  # UTC
        "verdict_code": pl.String,  # prise, partielle, refusee, sans_changement, retrait, en_attente
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
    "use_cases": LINEAGE | _of_sheet("use_cases"),
    # grain: use case row × attribute; dimension is function, technique or learning_type
    "use_case_attributes": LINEAGE | {"use_case_code": pl.String, "dimension": pl.String, "attribute_code": pl.String},
    "objectives": LINEAGE | _of_sheet("objectives"),
    "solutions": LINEAGE | _of_sheet("solutions"),
    # grain: a project row: the project of one organisation for use case × solution
    "projects": LINEAGE | _of_sheet("projects"),
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
    "assessments": LINEAGE | _of_sheet("assessments"),
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
    # grain: one suggestion of an establishment on a pair; the highest number of establishment × pair counts
    "duplicate_suggestions": {
        "suggestion_number": pl.Int64,
        "organisation_code": pl.String,
        "use_case_code": pl.String,  # the smaller code of the pair
        "other_code": pl.String,
        "decision_code": pl.String,  # what it asks for: meme, different
        "reason": pl.String,
        "suggested_on": pl.Date,
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
}
