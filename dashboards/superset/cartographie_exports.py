"""CSV and Excel files that a French spreadsheet opens as they are. What stands in them is Superset's, but for links.

CSV_EXPORT in the settings asks for semicolons, decimal commas and a mark of UTF-8; Superset 6.1 writes the first
everywhere, the second for floats only and the third nowhere.
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

from codecs import BOM_UTF8
from decimal import Decimal

from superset.utils import csv, excel

LINK = "<a href="
"""How the cell of a table begins that leads to another page: of no use in a file, and long."""


def write_decimals_as_numbers():
    """Have the warehouse's decimals written as floats are, with the decimal mark of the settings."""
    write = csv.df_to_escaped_csv

    def write_with_floats(df, **options):
        decimals = [
            name for name in df.columns if df[name].dtype == object and df[name].map(type).isin([Decimal]).any()
        ]
        return write(df.astype(dict.fromkeys(decimals, float)), **options)

    csv.df_to_escaped_csv = write_with_floats


def leave_links_out():
    """Have no file with the columns of a table that only lead to another page."""
    write_csv, write_excel = csv.df_to_escaped_csv, excel.df_to_excel
    csv.df_to_escaped_csv = lambda df, **options: write_csv(_without_links(df), **options)
    excel.df_to_excel = lambda df, **options: write_excel(_without_links(df), **options)


def _without_links(df):
    texts = df.select_dtypes(include="object")
    return df.drop(columns=[name for name in texts if texts[name].astype(str).str.startswith(LINK).any()])


def mark_as_utf8(response):
    """Begin a CSV file with the mark by which spreadsheets know UTF-8."""
    if response.mimetype == "text/csv" and not response.is_streamed:
        content = response.get_data()
        if not content.startswith(BOM_UTF8):
            response.set_data(BOM_UTF8 + content)
    return response
