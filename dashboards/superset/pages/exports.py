"""CSV and Excel files that a French spreadsheet opens as they are, and in which a received text is a text.

CSV_EXPORT in the settings asks for semicolons, decimal commas and a mark of UTF-8; Superset 6.1 writes the first
everywhere, the second for floats only and the third nowhere. It also doubles backslashes, changes upright bars, and
has xlsxwriter take « {=…} » for a formula and an address for a link.

Belongs here: how files are written. Does not: which texts would be formulas (pages/cells.py).
"""

from codecs import BOM_UTF8
from decimal import Decimal
from io import BytesIO
from typing import Any

import pandas as pd
from flask import Response
from superset.utils import csv, excel

from dashboards.superset.pages.cells import harmless

TEXT_IS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}


def write_files_as_they_are_read() -> None:
    """Have decimals written with the decimal mark of the settings, and no text written as a formula or a link."""
    csv.df_to_escaped_csv, excel.df_to_excel = write_csv, write_excel


def write_no_file_otherwise() -> None:
    """Have no question write its file as it is read, texts as received: it need only say that it has many rows."""
    from superset.charts.data.api import ChartDataRestApi

    ChartDataRestApi._should_use_streaming = lambda *_: False


def write_csv(df: pd.DataFrame, **options: Any) -> str | None:
    """What Superset's own takes and gives."""
    texts = [name for name in df.columns if df[name].dtype == object]
    decimals = [name for name in texts if df[name].map(type).isin([Decimal]).any()]
    df = df.astype(dict.fromkeys(decimals, float))
    for name in set(texts) - set(decimals):
        df[name] = df[name].map(harmless)
    return df.rename(columns=harmless).to_csv(**options)


def write_excel(df: pd.DataFrame, **options: Any) -> bytes:
    """What Superset's own takes and gives."""
    content = BytesIO()
    with pd.ExcelWriter(content, engine="xlsxwriter", engine_kwargs={"options": TEXT_IS_TEXT}) as writer:
        df.to_excel(writer, **options)
    return content.getvalue()


def mark_as_utf8(response: Response) -> Response:
    """Begin a CSV file with the mark by which spreadsheets know UTF-8."""
    if response.mimetype == "text/csv" and not response.is_streamed:
        content = response.get_data()
        if not content.startswith(BOM_UTF8):
            response.set_data(BOM_UTF8 + content)
    return response
