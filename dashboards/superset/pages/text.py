"""Received text is text, wherever a page shows it; and the columns that are links stay out of files.

Superset's tables draw a cell that looks like markup as markup: a title of one's choosing was a link over a whole page.
A sign that is not seen, put after each « < », makes it plain text to any browser; it is taken out of what comes back.

Belongs here: cells of answers. Does not: what a file looks like (pages/exports.py).
"""

import re
from typing import Any

LINK_COLUMNS = {"fiche_link", "page_link"}
"""Metrics of our datasets that lead to another page: no others are drawn as markup, none of them is in a file."""
_OUR_LINK = re.compile(
    r'<a href="/superset/dashboard/[a-z]+/(?:\?native_filters=[A-Za-z0-9%._~-]*)?">[A-Za-zÀ-ÿ ]{1,30}</a>'
)
_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
WORD_JOINER = "\u2060"
_MARKED = f"<{WORD_JOINER}"


def as_text(value: Any) -> Any:
    """The same text to who reads it, that no browser takes for markup."""
    return _OPENING.sub(_MARKED, value) if isinstance(value, str) and "<" in value else value


def as_received(value: Any) -> Any:
    """What was received, of what a page was shown and sends back."""
    if isinstance(value, str):
        return value.replace(_MARKED, "<")
    return [as_received(one) for one in value] if isinstance(value, list | tuple) else value


def show_text_as_text() -> None:
    """Have answers to pages hold no markup but our links, files no link, and filters mean what was received."""
    from superset.commands.chart.data.get_data_command import ChartDataCommand
    from superset.common.query_context_processor import QueryContextProcessor

    give, check = QueryContextProcessor.get_data, ChartDataCommand.validate

    def get_data(self: Any, df: Any, coltypes: list[Any]) -> Any:
        if self._query_context.result_format in ("csv", "xlsx"):
            kept = [position for position, name in enumerate(df.columns) if name not in LINK_COLUMNS]
            return give(self, df.iloc[:, kept], [coltypes[position] for position in kept if position < len(coltypes)])
        return shown(give(self, df, coltypes))

    def validate(self: Any) -> None:
        for query in self._query_context.queries:
            for condition in query.filter:
                condition["val"] = as_received(condition.get("val"))
        check(self)

    QueryContextProcessor.get_data, ChartDataCommand.validate = get_data, validate


def shown(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """Rows as pages get them, changed in place: most cells hold nothing to change, and there are thousands."""
    for row in rows:
        for name, value in row.items():
            if value.__class__ is str and "<" in value:
                row[name] = _cell(name, value)
    # Values of a column may have become names of columns.
    if rows and any("<" in name for name in rows[0] if isinstance(name, str)):
        return [{as_text(name): value for name, value in row.items()} for row in rows]
    return rows


def _cell(name: Any, value: Any) -> Any:
    if name in LINK_COLUMNS and isinstance(value, str) and _OUR_LINK.fullmatch(value):
        return value
    return as_text(value)
