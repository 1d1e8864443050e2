"""CSV files that a French spreadsheet opens as they are. What stands in them is Superset's.

CSV_EXPORT in the settings asks for semicolons, decimal commas and a mark of UTF-8; Superset 6.1 writes the first
everywhere, the second for floats only and the third nowhere.
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

from codecs import BOM_UTF8
from decimal import Decimal

from superset.utils import csv


def write_decimals_as_numbers():
    """Have the warehouse's decimals written as floats are, with the decimal mark of the settings."""
    write = csv.df_to_escaped_csv

    def write_with_floats(df, **options):
        decimals = [
            name for name in df.columns if df[name].dtype == object and df[name].map(type).isin([Decimal]).any()
        ]
        return write(df.astype(dict.fromkeys(decimals, float)), **options)

    csv.df_to_escaped_csv = write_with_floats


def mark_as_utf8(response):
    """Begin a CSV file with the mark by which spreadsheets know UTF-8."""
    if response.mimetype == "text/csv" and not response.is_streamed:
        content = response.get_data()
        if not content.startswith(BOM_UTF8):
            response.set_data(BOM_UTF8 + content)
    return response
