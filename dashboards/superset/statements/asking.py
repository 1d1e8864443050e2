"""Where Superset reads a question: it is judged first, whatever it is about.

Superset judges a question to a statement of SQL Lab by that statement alone.

Belongs here: hooks into Superset's reading of questions. Does not: the judgement itself (statements/questions.py,
accounts/manager.py).
"""

from typing import Any


def judge_questions() -> None:
    """Have each question judged before Superset judges it."""
    from superset import security_manager
    from superset.common.query_context_processor import QueryContextProcessor

    judge = QueryContextProcessor.raise_for_access

    def raise_for_access(self: Any) -> None:
        security_manager.refuse_what_no_chart_asks(self._query_context)
        judge(self)

    QueryContextProcessor.raise_for_access = raise_for_access
