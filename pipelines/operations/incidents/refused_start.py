"""Why the last ``cartographie up`` did not start, kept for ``status``: people do not look into a service's journal.

Belongs here: one file of the home, written and taken away. Does not: what refuses (``up``).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipelines.operations.incidents.failures import explain_error
from sources.home.durable import write_whole
from sources.home.home import Home
from sources.home.writer_lock import WriterBusy


@contextlib.contextmanager
def noting_refusals(home: Home) -> Iterator[None]:
    """Note what ends a start; another ``up`` that runs is no fault of the installation."""
    try:
        yield
    except WriterBusy:
        raise
    except Exception as error:
        said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "said": explain_error(error)}
        with contextlib.suppress(OSError):
            write_whole(_path(home), json.dumps(said, ensure_ascii=False).encode())
        raise


def forget_refusal(home: Home) -> None:
    """The start went well."""
    _path(home).unlink(missing_ok=True)


def last_refusal(home: Home) -> tuple[datetime, str] | None:
    """When and why the last start was refused; None when it went well."""
    try:
        noted = json.loads(_path(home).read_text(encoding="utf-8"))
        return datetime.fromisoformat(noted["at"]), str(noted["said"])
    except (OSError, ValueError, KeyError):
        return None


def _path(home: Home) -> Path:
    return home.root / "logs" / "up.refused.json"
