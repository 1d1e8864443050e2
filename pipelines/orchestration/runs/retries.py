"""What a step tries again by itself: what may pass, a few times. What cannot pass fails the run at once.

Belongs here: telling one from the other. Does not: waiting longer after each failed run (``sensors``).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import requests
from dagster import Failure, RetryRequested

from pipelines.warehouse.ducklake.catalog import CatalogUnreachable
from sources.finess.fetching import RegisterUnreachable

RETRIES, WAIT_SECONDS = 2, 15.0

# A share or a mounted folder that hiccups. A full disk, a missing right or file: somebody must act.
_PASSING_NUMBERS = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.ECONNREFUSED,
    errno.ECONNRESET,
    errno.EHOSTUNREACH,
    errno.EINTR,
    errno.EIO,
    errno.ENETUNREACH,
    errno.ESTALE,
    errno.ETIMEDOUT,
}
_PASSING_KINDS = (CatalogUnreachable, RegisterUnreachable, requests.ConnectionError, requests.Timeout)


@contextmanager
def trying_again_what_may_pass() -> Iterator[None]:
    """Ask Dagster to try the step again, later, after what may pass; any other error goes its way."""
    try:
        yield
    except (Failure, RetryRequested):
        raise
    except Exception as error:
        if not may_pass(error):
            raise
        raise RetryRequested(max_retries=RETRIES, seconds_to_wait=WAIT_SECONDS) from error


def may_pass(error: BaseException) -> bool:
    """Whether this error, or the one that it came from, goes away by itself."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, _PASSING_KINDS) or _is_held_by_another(found):
            return True
        if isinstance(found, OSError) and found.errno in _PASSING_NUMBERS:
            return True
        found = found.__cause__ or found.__context__
    return False


def _is_held_by_another(error: BaseException) -> bool:
    """Somebody looks into the live warehouse with a tool of his own."""
    return isinstance(error, duckdb.IOException) and "lock" in str(error).lower()
