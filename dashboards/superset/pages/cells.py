"""A received text in a CSV file, so that no spreadsheet which opens the file takes it for a formula.

One way, for the pages' CSV files and for the open data: an apostrophe before a sign that begins a formula, at the
beginning of a text, and after what some spreadsheet takes for the end of a cell, since a file with commas is opened as
one with semicolons. Numbers, signed ones too, stay what they are. An xlsx needs none: a cell says that it is text.

Belongs here: the rule, for Python and for SQL. Does not: writing files. Imports nothing: read in two environments.
"""

import re

BEGINS = r"(^\s*|[;,\t\r\n])([=+\-@＝＋－＠])"
"""Where a formula may begin: written so that DuckDB (RE2) reads the same."""
SIGNED_NUMBER = r"[+-]?([0-9]+([  .,][0-9]+)*( ?%)?)?"
"""A sign alone is a code (the polarity of a question), and no formula."""
_BEGINS, _SIGNED_NUMBER = re.compile(BEGINS), re.compile(SIGNED_NUMBER)


def harmless(value: object) -> object:
    """The value, with an apostrophe where it could be taken for a formula; whatever is no text as it is."""
    if not isinstance(value, str) or _SIGNED_NUMBER.fullmatch(value):
        return value
    return _BEGINS.sub(r"\1'\2", value)


def harmless_sql(column: str) -> str:
    """The same in DuckDB's SQL; ``column`` is a quoted name."""
    return (
        f"case when regexp_full_match({column}, '{SIGNED_NUMBER}') then {column} "
        f"else regexp_replace({column}, '{BEGINS}', '\\1''\\2', 'g') end as {column}"
    )
