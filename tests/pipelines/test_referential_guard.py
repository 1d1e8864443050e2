"""A referential that breaks history stops the pass before anything is built."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.orchestration.runs.one_pass import PassFailed, run_once
from pipelines.warehouse.publication import current_release
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import load_referential


def test_the_pass_stops_before_anything_is_built(home_copy: Home) -> None:

    before = current_release(home_copy)
    stamp = home_copy.warehouse.stat().st_mtime_ns
    lake_axes = home_copy.lake / "ref_axes" / "referential.parquet"
    rows = load_referential().table("axes")
    extra = rows.with_columns(code=rows["code"].replace("AXE_1", "AXE_99"))
    lake.write_parquet(extra, lake_axes)  # as if the lake had been filled with an axis that is no longer there
    use_cases = lake.read(home_copy.lake, "use_cases").head(1)
    lake.write(home_copy.lake, "use_cases", "r999999999-999999999", use_cases.with_columns(axis_code=pl.lit("AXE_99")))
    with pytest.raises(PassFailed, match="AXE_99"):
        run_once(home_copy, False, lambda _: None)
    assert current_release(home_copy) == before
    assert home_copy.warehouse.stat().st_mtime_ns == stamp
