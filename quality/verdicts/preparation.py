"""What a row's checks must know of the rest of its file, laid beside the row before anything is judged.

Belongs here: values beside texts, who sends the file, what its other sheets declare. Does not: judging.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from quality.checks.repeated_rows import with_places
from quality.reading.tables import TextTables
from quality.reading.values.naming import with_named_codes
from quality.reading.values.plausible_days import FileDays, days_opened, with_days
from quality.reading.values.typed import value, with_values
from sources.referential.loader import Referential
from sources.workbook.reading import CSV_SHEET
from sources.workbook.template.layout import ENVELOPE, Sheet


def prepared(
    text: TextTables,
    layout: tuple[Sheet, ...],
    referential: Referential,
    folders: dict[int, str],
    received: Mapping[int, dt.date],
) -> dict[str, pl.DataFrame]:
    """Sheet code → rows with text, values and marks (``_organisation``, ``_is_declared``, …), in the same order.

    ``folders`` gives the organisation whose folder held each file: a CSV need not repeat it; ``received`` the day it
    arrived.
    """
    days = FileDays(received)
    frames: dict[str, pl.DataFrame] = {}
    for sheet in layout:
        own = text.tables[sheet.code]
        frames[sheet.code] = with_values(own, sheet, referential, text.versions, days, text.numbers)
        if sheet.code == ENVELOPE:
            days = FileDays(received, days_opened(frames[ENVELOPE], referential))
    frames = {
        sheet.code: with_days(with_named_codes(frames[sheet.code], sheet, referential, frames), days)
        for sheet in layout
    }
    if ENVELOPE not in frames:
        return frames  # a workbook of decisions: no organisation sends it, and its rows stand alone
    frames[ENVELOPE] = _with_folder(frames[ENVELOPE], folders)
    owners = frames[ENVELOPE].group_by("reception_number").agg(value("organisation").first().alias("_organisation"))
    marks = _marks(frames)
    is_in_catalogue = value("cas_usage").is_in(referential.codes("use_cases"))
    for code, frame in frames.items():
        frame = frame.join(owners, on="reception_number", how="left", maintain_order="left")
        for mark in marks.get(code, ()):
            frame = _marked(frame, mark)
        if "_is_declared" in frame.columns:
            frame = frame.with_columns(_is_declared=pl.col("_is_declared") | is_in_catalogue)
        frames[code] = with_places(frame, code)
    return frames


def _marks(frames: dict[str, pl.DataFrame]) -> dict[str, list[pl.DataFrame]]:
    """Sheet code → the keys that another sheet of the same file holds, each with a mark that is true."""
    declared = _keys(frames["cas_usage"], "cas_usage", "_is_declared")
    with_target = frames["objectifs"].filter(pl.col("cible").is_not_null())
    return {
        "cas_usage": [_keys(with_target, "cas_usage", "_has_objective")],
        "objectifs": [declared],
        "projets": [declared, _keys(frames["solutions"], "solution", "_is_solution_declared")],
        "evaluations": [declared],
    }


def _with_folder(envelopes: pl.DataFrame, folders: dict[int, str]) -> pl.DataFrame:
    folder = pl.col("reception_number").replace_strict(folders, default=None, return_dtype=pl.String)
    from_folder = (pl.col("sheet") == CSV_SHEET) & pl.col("organisation").is_null()
    return envelopes.with_columns(
        organisation=pl.when(from_folder).then(folder).otherwise(pl.col("organisation")),
        organisation__value=pl.when(from_folder).then(folder).otherwise(value("organisation")),
    )


def _keys(frame: pl.DataFrame, code: str, mark: str) -> pl.DataFrame:
    return frame.select("reception_number", value(code)).unique().with_columns(pl.lit(True).alias(mark))


def _marked(frame: pl.DataFrame, declared: pl.DataFrame) -> pl.DataFrame:
    *keys, mark = declared.columns
    return frame.join(declared, on=keys, how="left", maintain_order="left").with_columns(pl.col(mark).fill_null(False))
