"""The sheets of a submission as ``sheets.yaml`` says them. Does not belong here: what a column is
(``sources.workbook.template.layout``), the lake's types (``sources.lake``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sources.glossary.yaml_texts import from_yaml

_SQL_TYPES = {"number": "double", "integer": "bigint", "boolean": "boolean", "date": "date"}
"""Of a column of a sheet, by its kind, in a mart; any other kind is text or a code."""


@cache
def sheets() -> dict[str, Any]:
    """Code of a sheet → its ``label``, ``row_means``, ``columns`` and, where it has one, ``lake_table``."""
    text = Path(__file__).with_name("sheets.yaml").read_text(encoding="utf-8")
    return dict(from_yaml(text))


@cache
def plain_tables() -> dict[str, tuple[str, dict[str, str]]]:
    """Lake table → the sheet of which each row is one of its rows, and column of the lake → column of the sheet."""
    return {
        sheet["lake_table"]: (code, {column["lake"]: column["code"] for column in _columns(sheet) if "lake" in column})
        for code, sheet in sheets().items()
        if "lake_table" in sheet
    }


def kinds(code: str) -> dict[str, str]:
    """Column of a sheet → its kind."""
    return {column["code"]: column.get("kind", "text") for column in _columns(sheets()[code])}


def words() -> Iterator[dict[str, str]]:
    """The name in the lake, label, meaning and type of each column that says what it means.

    One that is called otherwise from the lake on, or has a unit, has its row in ``columns.csv`` instead.
    """
    for sheet in sheets().values():
        for column in _columns(sheet):
            if "meaning" in column:
                kind = _SQL_TYPES.get(column.get("kind", "text"), "varchar")
                yield {"name": column["lake"], "label": column["label"], "meaning": column["meaning"], "type": kind}


def _columns(sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those that are written out: a name stands for those that the referential makes."""
    return [column for column in sheet["columns"] if isinstance(column, dict)]
