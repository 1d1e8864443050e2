"""What Superset's journal of actions keeps: who opened a page, took data out, changed something; not each question.

A page asks some thirty questions when it opens, and Superset would write three to six rows for each. Worse than the
rows is the commit after each of them: whatever the request had loaded is loaded again.
"""

from typing import Any

from flask import has_request_context, request
from superset.utils.log import DBEventLogger

_QUESTIONS = {"ChartDataRestApi.data", "Superset.explore_json"}
_EXPORTS = {"csv", "xlsx"}


class JournalOfActions(DBEventLogger):
    """Superset's own, without what a page does by itself while somebody reads it."""

    def log_with_context(self, action: str, *arguments: Any, **named: Any) -> None:
        """Keep an action, unless the request only has a page shown."""
        if not (has_request_context() and only_shows()):
            super().log_with_context(action, *arguments, **named)


def only_shows() -> bool:
    """Whether the request under way is one that a page makes by itself to be shown."""
    if request.endpoint in _QUESTIONS:
        asked = request.get_json(silent=True) or {}
        return asked.get("result_format") not in _EXPORTS and not _EXPORTS & {*request.args}
    return request.method == "GET" and request.path.startswith("/api/")
