"""Where Superset reads a question: it is judged whatever it is about, and what cannot be read is refused in words.

Superset judges a question to a statement of SQL Lab by that statement alone, and takes what it does not expect in a
question for a fault of the server.

Belongs here: hooks into Superset's reading of questions. Does not: the judgement itself (statements/questions.py,
accounts/manager.py).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, jsonify, request

UNREADABLE = "Cette demande n'a pas la forme de celles d'une page : elle n'a pas été lue."
_UNEXPECTED = (ArithmeticError, AttributeError, ImportError, LookupError, NotImplementedError, RecursionError,
               TypeError, ValueError)  # fmt: skip
_OLDER = {"Superset.explore_json", "Api.time_range"}
"""They catch all that fails, and answer with the words of the program."""


def judge_questions(app: Any) -> None:
    """Have each question judged before Superset judges it, and say in words what it could not read."""
    from superset import security_manager
    from superset.charts.data.api import ChartDataRestApi
    from superset.common.query_context_processor import QueryContextProcessor
    from superset.common.query_object import QueryObject

    judge = QueryContextProcessor.raise_for_access

    def raise_for_access(self: Any) -> None:
        security_manager.refuse_what_no_chart_asks(self._query_context)
        judge(self)

    QueryContextProcessor.raise_for_access = readable(raise_for_access)
    QueryObject.exec_post_processing = readable(QueryObject.exec_post_processing)
    ChartDataRestApi._create_query_context_from_form = readable(ChartDataRestApi._create_query_context_from_form)
    for kind in (RecursionError, UnicodeEncodeError, OverflowError):
        app.register_error_handler(kind, lambda _problem: (jsonify(message=UNREADABLE), 400))
    app.after_request(say_that_it_was_not_read)


def readable(step: Callable[..., Any]) -> Callable[..., Any]:
    """The same step, in which what is not as Superset expects is an error of the question, told with 400."""
    from superset.daos.exceptions import DatasourceTypeNotSupportedError, DatasourceValueIsIncorrect
    from superset.exceptions import QueryObjectValidationError

    @wraps(step)
    def told(*arguments: Any, **named: Any) -> Any:
        try:
            return step(*arguments, **named)
        except (*_UNEXPECTED, DatasourceTypeNotSupportedError, DatasourceValueIsIncorrect) as problem:
            raise QueryObjectValidationError(UNREADABLE) from problem

    return told


def say_that_it_was_not_read(response: Response) -> Response:
    if request.endpoint in _OLDER and response.status_code == 500:
        return current_app.make_response((jsonify(error=UNREADABLE), 400))
    return response
