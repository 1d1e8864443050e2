"""Values beside texts: what a text means in the words of the template that its own file comes from."""

from __future__ import annotations

import polars as pl
import pytest

from quality.reading.values import typed
from sources.referential.loader import Referential
from sources.workbook.template.layout import Column, Sheet, workbook_layout


def test_a_former_label_is_read_as_each_files_own_template_meant_it(
    referential: Referential, monkeypatch: pytest.MonkeyPatch
) -> None:
    def former(sheet: Sheet, column: Column, version: int | None = None) -> dict[str, str]:
        return {"Cadre": "direction" if version == 0 else "cadre_sante"} if column.code == "role" else {}

    monkeypatch.setattr(typed, "former_values", former)
    sheet = workbook_layout(referential)[-1]
    frame = pl.DataFrame(
        {"reception_number": [1, 2, 3], **{column.code: [None] * 3 for column in sheet.columns}},
        schema={"reception_number": pl.Int64, **dict.fromkeys((column.code for column in sheet.columns), pl.String)},
    ).with_columns(role=pl.lit("Cadre"))
    values = typed.with_values(frame, sheet, referential, {1: 0, 2: 1, 3: None})
    assert values["role__value"].to_list() == ["direction", "cadre_sante", "cadre_sante"]
