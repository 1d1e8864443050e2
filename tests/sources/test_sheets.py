"""A submission's columns are data: what a row of ``sheets.yaml`` says reaches the workbook and the lake."""

import polars as pl

from sources.glossary import read_glossary
from sources.glossary.sheets import kinds, plain_tables, sheets
from sources.lake.lake import LAKE_TABLES
from sources.referential.loader import load_referential
from sources.workbook.template.decisions_layout import decisions_layout
from sources.workbook.template.layout import workbook_layout

_OWN_TYPE = {"number": pl.Float64, "integer": pl.Int64, "boolean": pl.Boolean, "date": pl.Date}


def test_every_sheet_is_asked_with_the_columns_written_out() -> None:
    referential = load_referential()
    asked = {sheet.code: sheet for sheet in (*workbook_layout(referential), *decisions_layout(referential))}
    assert asked.keys() == sheets().keys()
    for code, kind_of in ((code, kinds(code)) for code in sheets()):
        assert {name: asked[code].column(name).kind for name in kind_of} == kind_of


def test_what_goes_to_the_lake_has_its_type_and_its_words() -> None:
    known = read_glossary()
    for table, (sheet, columns) in plain_tables().items():
        kind_of = kinds(sheet)
        for name, code in columns.items():
            assert LAKE_TABLES[table][name] == _OWN_TYPE.get(kind_of[code], pl.String)
            # No model carries what an assessor comments: it goes no further than the lake.
            assert name == "comment" or known.words(table, name).meaning
