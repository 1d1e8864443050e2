"""The validated rows of a batch in the shape of the lake's tables.

Belongs here: which column of a sheet goes to which column of the lake. Does not: writing files (``batch``).
Only rows that are taken, of receptions whose verdict takes them, are passed on; ``cells`` holds every row read.
"""

from __future__ import annotations

import polars as pl

from quality.tables import LINEAGE
from quality.typed import LIST_SEPARATOR, value
from quality.validation import ValidatedBatch
from sources.lake import LAKE_TABLES
from sources.referential.loader import Referential
from sources.workbook.layout import Sheet, question_codes, status_column

_LINEAGE = list(LINEAGE)

# Lake table → (sheet, column of the lake → column of the sheet).
_PLAIN_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "use_cases": (
        "cas_usage",
        {
            "use_case_code": "cas_usage",
            "use_case_label": "nom",
            "need": "besoin",
            "domain_code": "domaine",
            "axis_code": "axe",
            "segment_code": "segment",
            "minutes_per_day": "minutes_jour",
            "people_count": "personnes",
            "cost_eur": "cout_eur",
            "yearly_gain_eur": "gain_annuel_eur",
            "is_confidential": "confidentiel",
            "declared_hours_per_day": "heures_jour",
        },
    ),
    "objectives": (
        "objectifs",
        {
            "use_case_code": "cas_usage",
            "indicator": "indicateur",
            "baseline": "initial",
            "target": "cible",
            "observed": "observe",
            "observed_on": "date_observation",
        },
    ),
    "solutions": (
        "solutions",
        {
            "solution_code": "solution",
            "solution_label": "nom",
            "supplier": "fournisseur",
            "way_code": "modalite",
            "kind_code": "nature",
            "hosting": "hebergement",
            "machine_capacity": "capacite_machine",
            "data_prerequisite": "donnees",
            "interoperability": "interoperabilite",
            "has_ce_mark": "marquage_ce",
            "ai_act_class": "classe_ai_act",
            "is_hds_hosted": "hds",
        },
    ),
    "projects": (
        "projets",
        {
            "use_case_code": "cas_usage",
            "solution_code": "solution",
            "sites": "sites",
            "evidence_code": "preuve",
            "evidence_link": "lien_preuve",
            "follow_up": "suivi",
            "end_reason": "motif_fin",
        },
    ),
    "assessments": (
        "evaluations",
        {
            "assessor_code": "evaluateur",
            "role_code": "role",
            "use_case_code": "cas_usage",
            "assessed_on": "date",
            "comment": "commentaire",
        },
    ),
}

_ATTRIBUTES = {"fonctions": "function", "techniques": "technique", "apprentissages": "learning_type"}


def lake_rows(
    batch: ValidatedBatch, layout: tuple[Sheet, ...], referential: Referential, kept: list[int]
) -> dict[str, pl.DataFrame]:
    """Lake table → rows, for the receptions ``kept`` (by number); ``cells`` is given for every reception."""
    frames = {code: _kept(frame, kept) for code, frame in batch.frames.items()}
    rows = {table: _plain(frames[sheet], columns) for table, (sheet, columns) in _PLAIN_TABLES.items()}
    rows["use_cases"] = _with_axis_of_segment(rows["use_cases"], referential)
    rows["use_case_attributes"] = _attributes(frames["cas_usage"])
    rows["project_statuses"] = _statuses(frames["projets"], batch.positions, referential)
    rows["answers"] = _answers(frames["evaluations"], batch.positions, question_codes(referential))
    rows["cells"] = pl.concat(_cells(batch.frames[sheet.code], sheet, batch.positions) for sheet in layout)
    return {table: frame.select(list(LAKE_TABLES[table])) for table, frame in rows.items()}


def _kept(frame: pl.DataFrame, kept: list[int]) -> pl.DataFrame:
    return frame.filter(pl.col("is_taken") & pl.col("reception_number").is_in(kept))


def _plain(frame: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
    return frame.select(*_LINEAGE, *(value(code).alias(name) for name, code in columns.items()))


def _with_axis_of_segment(use_cases: pl.DataFrame, referential: Referential) -> pl.DataFrame:
    """A segment says its axis where the axis was left empty."""
    axis_of = dict(referential.table("segments").select("code", "axis_code").iter_rows())
    of_segment = pl.col("segment_code").replace_strict(axis_of, default=None, return_dtype=pl.String)
    return use_cases.with_columns(axis_code=pl.coalesce("axis_code", of_segment))


def _attributes(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(
        frame.select(
            *_LINEAGE,
            value("cas_usage").alias("use_case_code"),
            pl.lit(dimension).alias("dimension"),
            value(code).str.split(LIST_SEPARATOR).alias("attribute_code"),
        )
        .explode("attribute_code")
        .drop_nulls("attribute_code")
        for code, dimension in _ATTRIBUTES.items()
    )


def _statuses(frame: pl.DataFrame, positions: pl.DataFrame, referential: Referential) -> pl.DataFrame:
    codes = {status_column(code): code for code in referential.codes("project_statuses")}
    keys = {"use_case_code": value("cas_usage"), "solution_code": value("solution")}
    dates = frame.select(*_LINEAGE, **keys, **{column: value(column) for column in codes})
    long = dates.unpivot(on=list(codes), index=[*_LINEAGE, *keys], variable_name="column_code", value_name="reached_on")
    located = long.with_columns(cell=_cell(dates, list(codes), positions, "projets"))
    return located.drop_nulls("reached_on").with_columns(
        status_code=pl.col("column_code").replace_strict(codes, return_dtype=pl.String)
    )


def _answers(frame: pl.DataFrame, positions: pl.DataFrame, questions: list[str]) -> pl.DataFrame:
    """Every question asked of every assessment taken; a missing answer has no level."""
    keys = {"assessor_code": value("evaluateur"), "use_case_code": value("cas_usage")}
    index = [*_LINEAGE, *keys]
    levels = frame.select(*_LINEAGE, **keys, **{code: value(code) for code in questions})
    long = levels.unpivot(on=questions, index=index, variable_name="question_code", value_name="level_code")
    as_written = frame.select(questions).unpivot(value_name="answer_text")
    return long.with_columns(as_written["answer_text"], _cell(frame, questions, positions, "evaluations"))


def _cells(frame: pl.DataFrame, sheet: Sheet, positions: pl.DataFrame) -> pl.DataFrame:
    codes = [column.code for column in sheet.columns]
    long = frame.unpivot(on=codes, index=[*_LINEAGE, "is_taken"], variable_name="column_code", value_name="cell_text")
    located = long.with_columns(_cell(frame, codes, positions, sheet.code))
    return located.drop_nulls("cell_text").select(
        *_LINEAGE, pl.lit(sheet.code).alias("sheet_code"), "column_code", "cell", "cell_text", "is_taken"
    )


def _cell(frame: pl.DataFrame, codes: list[str], positions: pl.DataFrame, sheet_code: str) -> pl.Series:
    """``cell`` (``H12``) of each row of the frame for each column in turn, as ``unpivot`` lays them one below another.

    Null where the file has no such column.
    """
    of_sheet = positions.filter(pl.col("sheet_code") == sheet_code)
    letters = of_sheet.pivot("column_code", index="reception_number", values="letters")
    missing = [pl.lit(None, pl.String).alias(code) for code in codes if code not in letters.columns]
    rows = frame.select("reception_number", pl.col("row_number").cast(pl.String))
    wide = rows.join(letters.with_columns(missing), on="reception_number", how="left", maintain_order="left")
    return wide.select(pl.col(code) + pl.col("row_number") for code in codes).unpivot(value_name="cell")["cell"]
