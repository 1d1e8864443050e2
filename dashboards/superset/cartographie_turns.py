"""How many questions of one account are answered at once: who asks more leaves the threads to others.

Belongs here: counting them, in this process. Does not: which questions count (cartographie_envois.py).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

MOST_AT_ONCE = 2
"""Of one account in each process, which has twice as many threads."""

_at_work: Counter[str] = Counter()
_changing = Lock()


class TooManyAtOnce(Exception):
    """An account has as many questions here as it may."""


@contextmanager
def in_turn(account: str) -> Iterator[None]:
    """Count one question while it is answered; raises TooManyAtOnce, for to wait would take a thread."""
    with _changing:
        if _at_work[account] >= MOST_AT_ONCE:
            raise TooManyAtOnce
        _at_work[account] += 1
    try:
        yield
    finally:
        with _changing:
            _at_work[account] -= 1
            if not _at_work[account]:
                del _at_work[account]
