"""What Superset's journal of actions keeps: who opened a page, took data out, changed something; not each question.

A page asks some thirty questions when it opens, and Superset would write three to six rows for each. Worse than the
rows is the commit after each of them: whatever the request had loaded is loaded again.
"""

from typing import Any

from flask import has_request_context, request
from superset.utils.log import DBEventLogger

_QUESTIONS = {"ChartDataRestApi.data", "Superset.explore_json"}
_EXPORTS = {"csv", "xlsx"}
_TOLD_BY_BROWSERS = "Superset.log"
"""What a page's script tells of itself, or whoever sends whatever in its place."""
LONGEST, MOST_WORDS, MOST_LINES = 200, 20, 1
"""Of one action, since only the number of requests bounds how many there are."""


class JournalOfActions(DBEventLogger):
    """Superset's own, without what a page does by itself while somebody reads it."""

    def log_with_context(self, action: str, *arguments: Any, **named: Any) -> None:
        """Keep an action, unless the request only has a page shown."""
        if not (has_request_context() and only_shows()):
            super().log_with_context(action, *arguments, **named)

    def log(
        self,
        user_id: int | None,
        action: str,
        dashboard_id: int | None,
        duration_ms: int | None,
        slice_id: int | None,
        referrer: str | None,
        *arguments: Any,
        **named: Any,
    ) -> None:
        """Write an action down, of somebody; what the request said beside it in short."""
        if user_id is None:  # Nobody could fill the disk, by an address of 60 KB a line.
            return
        told = [short(record) for record in named.pop("records", None) or []][:MOST_LINES]
        referrer = referrer and referrer[:LONGEST]
        super().log(
            user_id, action, dashboard_id, duration_ms, slice_id, referrer, *arguments, **{**named, "records": told}
        )


def short(record: dict[str, Any]) -> dict[str, Any]:
    """Each word of a record up to a length, and so many of them."""
    return {
        str(name)[:LONGEST]: said if isinstance(said, int | float | None) else str(said)[:LONGEST]
        for name, said in [*record.items()][:MOST_WORDS]
    }


def only_shows() -> bool:
    """Whether the request under way is one that a page makes by itself to be shown."""
    if request.endpoint == _TOLD_BY_BROWSERS:
        return True
    if request.endpoint in _QUESTIONS:
        asked = request.get_json(silent=True)
        wanted = str(asked.get("result_format")) if isinstance(asked, dict) else None
        return wanted not in _EXPORTS and not _EXPORTS & {*request.args}
    return request.method == "GET" and request.path.startswith("/api/")
