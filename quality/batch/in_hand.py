"""Which receptions are being judged, so that a pass that died on one of them is known to the next.

Belongs here: noting them, and trying those that a dead pass had in hand apart from the others, in a process with limits
on memory and time; those that end it are set aside for good, by a record of the archive, and answered so. Does not:
judging (``judging``). A power cut or a kill condemns nobody: what passes its trial is judged like any other.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence

from sources.archive import archive, archive_events
from sources.archive.archive import Reception
from sources.home.durable import write_whole
from sources.home.home import Home

MOST_SECONDS = 300
"""Of wall time, for what waits and computes nothing; computing has a bound of its own (``bounds``)."""
_ASKED_FOR = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""Ends of a trial that somebody asked for; what else fails there is told by the pass itself."""

TOO_MUCH = 3
"""The code with which a trial ends that went past its bounds (``bounds``)."""

_FILE_NAME = "in_hand.json"


def note(home: Home, batch: Sequence[Reception]) -> None:
    """Say, on disk, which receptions are in hand from now on."""
    content = json.dumps([reception.number for reception in batch])
    write_whole(home.root / _FILE_NAME, content.encode(), mode=0o600)


def done(home: Home) -> None:
    """Nothing is in hand any more."""
    (home.root / _FILE_NAME).unlink(missing_ok=True)


def try_apart(home: Home, pending: Sequence[int]) -> set[int]:
    """Try the pending receptions that a dead pass had in hand, and bytes that ended one.

    Returns them all: each is then judged alone, for together they may ask for more than any of them.
    """
    stopped = archive_events.stops(home)
    contents = set(stopped.values())
    noted = set(_noted(home))
    suspects = [
        each.number
        for each in archive.readable_receptions(home, pending)
        if each.number not in stopped and (each.number in noted or each.content_sha256 in contents)
    ]
    found = _fatal(home, suspects) if suspects else []
    for number in found:
        archive_events.stop(home, number, archive.reception(home, number).content_sha256)
    return set(suspects)


def _noted(home: Home) -> list[int]:
    try:
        return [int(number) for number in json.loads((home.root / _FILE_NAME).read_text())]
    except (OSError, ValueError, TypeError):
        return []


def _fatal(home: Home, numbers: list[int]) -> list[int]:
    """Those that end the process that judges them, found by halving."""
    if _passes(home, numbers):
        return []
    if len(numbers) == 1:
        return numbers
    middle = len(numbers) // 2
    return _fatal(home, numbers[:middle]) + _fatal(home, numbers[middle:])


def _passes(home: Home, numbers: list[int]) -> bool:
    command = [sys.executable, "-m", "quality.batch.trial", str(home.root), *map(str, numbers)]
    try:
        code = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        return False
    return code != TOO_MUCH and (code >= 0 or -code in _ASKED_FOR)
