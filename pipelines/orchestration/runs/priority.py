"""Letting what a person waits for go first.

Belongs here: the priority of runs that follow a publication. Does not: which run may start (``instance``, ``sensors``).
"""

from __future__ import annotations

import os

NICENESS = 10


def lower_priority() -> None:
    """Leave the processor to others, in a process that executes one run and ends with it (``warm_workers``).

    Analyses and exports of a large home take minutes: beside them, a drop would wait for its answer twice as long. A
    process that goes on to something else (a command, a test) keeps its priority, which could not be taken back.
    """
    if os.getsid(0) == os.getpid():
        os.nice(max(0, NICENESS - os.nice(0)))
