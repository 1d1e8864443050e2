"""The server's log without what readers asked: statements and their values are contents, and stay out of it.

Belongs here: how a line of the log is written. Does not: the journal of actions (statements/journal.py).
"""

import logging
import re
import traceback
from typing import Any

from superset.utils.logging_configurator import DefaultLoggingConfigurator

_STATEMENT = re.compile(
    r"(\b(select|explain|pragma)\s|\bwith\s+(recursive\s+)?\w+\s+as\b|\binsert\s+into\b|\bdelete\s+from\b"
    r"|\bupdate\s+\w+\s+set\b"
    r"|\battach\s+'|\bcopy\s*\(|\bcall\s+\w+\s*\(|\[SQL:|\[parameters:|LINE \d+:|Traceback \(most recent)[\s\S]*",
    re.IGNORECASE,
)
# How DuckDB begins its errors: what follows quotes the value at fault.
_OF_DUCKDB = re.compile(r"(\b[A-Z]\w*( [A-Z]\w*){0,3} Error:)[\s\S]*")
# Whose words hold no contents: everybody else's may quote a value.
_TOLD = (OSError, ImportError, MemoryError)
# Who chooses a word of a line ends no line with it, and moves no cursor of who reads it.
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST = 1_000


class WithoutStatements(logging.Formatter):
    """Cuts a line where a statement begins, and tells an error by its kind and place."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """What was said, in one line: some of it is the text of a trace, with the values of its errors."""
        return _cut(super().formatMessage(record))

    def formatException(self, details: Any) -> str:
        chain: list[str] = []
        error = details[1]
        while error is not None and len(chain) < 5:
            where = "".join(traceback.format_tb(error.__traceback__))
            chain.append(f"Traceback of {type(error).__module__}.{type(error).__name__}{_message(error)}\n{where}")
            error = error.__cause__ or error.__context__
        return "\n".join(chain)


class LogWithoutStatements(DefaultLoggingConfigurator):
    """Superset's own way to set logging up, then with our lines."""

    def configure_logging(self, app_config: dict[str, Any], debug_mode: bool) -> None:
        super().configure_logging(app_config, debug_mode)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(WithoutStatements(app_config["LOG_FORMAT"]))


def _message(error: BaseException) -> str:
    is_ours = type(error).__module__.startswith("dashboards.superset.")
    return f": {_cut(str(error))}" if is_ours or isinstance(error, _TOLD) else ""


def _cut(text: str) -> str:
    cut = _OF_DUCKDB.sub(r"\1 […]", _STATEMENT.sub("[…]", text))[:_LONGEST]
    return _UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode(), cut)
