"""The validated rows of a batch in the shape of the lake's tables.

Belongs here: the tables that hold more than a row a row of a sheet. Does not: which column goes where
(``sources.glossary``), writing files (``batch``). Only rows that are taken, of receptions whose verdict takes them, are
passed on; ``cells`` holds every row read.
"""

from __future__ import annotations

import polars as pl

from quality.reading.grids.turning import IN_GRID, cells_of_lines
from quality.reading.tables import LINEAGE
from quality.reading.values.typed import LIST_SEPARATOR, value
from quality.verdicts.validation import ValidatedBatch
from sources.glossary.sheets import plain_tables
from sources.lake.lake import LAKE_TABLES
from sources.referential.loader import Referential
from sources.workbook.template.layout import Sheet, question_codes, status_column

_LINEAGE = list(LINEAGE)

_ATTRIBUTES = {"fonctions": "function", "techniques": "technique", "apprentissages": "learning_type"}


def lake_rows(
    batch: ValidatedBatch, layout: tuple[Sheet, ...], referential: Referential, kept: list[int]
) -> dict[str, pl.DataFrame]:
    """Lake table → rows, for the receptions ``kept`` (by number); ``cells`` is given for every reception."""
    frames = {code: _kept(frame, kept) for code, frame in batch.frames.items()}
    rows = {table: _plain(frames[sheet], columns) for table, (sheet, columns) in plain_tables().items()}
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
    axis_of = referential.by_code("segments", "axis_code")
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
    place = ["reception_number", "sheet"]
    letters = of_sheet.pivot("column_code", index=place, values="letters")
    missing = [pl.lit(None, pl.String).alias(code) for code in codes if code not in letters.columns]
    rows = frame.select(*place, "row_number")
    wide = rows.join(letters.with_columns(missing), on=place, how="left", maintain_order="left")
    has_grid = of_sheet["letters"].str.starts_with(IN_GRID).any()
    return wide.select(_named_cell(code, has_grid) for code in codes).unpivot(value_name="cell")["cell"]


def _named_cell(code: str, has_grid: bool) -> pl.Expr:
    """``H12`` of letters and row; in a grid, of line and column."""
    in_rows = pl.col(code) + pl.col("row_number").cast(pl.String)
    if not has_grid:
        return in_rows.alias(code)
    is_line = pl.col(code).str.starts_with(IN_GRID)
    return pl.when(is_line).then(cells_of_lines(pl.col(code), pl.col("row_number"))).otherwise(in_rows).alias(code)
