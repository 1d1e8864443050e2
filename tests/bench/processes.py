"""What the processes of a server cost: those that one process started, itself included.

Belongs here: memory and CPU read from Linux's /proc. Does not: which servers, for how long (``pages``, ``operations``).
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MIB = 2**20


def process_tree(root: int) -> set[int]:
    """The process and all that descend from it."""
    children = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            children[_fields(stat)[1]].append(int(stat.parent.name))
    found, to_visit = set(), [root]
    while to_visit:
        process = to_visit.pop()
        found.add(process)
        to_visit += children[str(process)]
    return found


def memory_mib(root: int) -> float:
    """Proportional memory: what processes share counts once."""
    total = 0
    for process in process_tree(root):
        with suppress(OSError):
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(text.split("\nPss:")[1].split()[0]) * 1024
    return total / MIB


def cpu_seconds(root: int) -> float:
    """CPU time so far, that of descendants that have ended and were waited for included."""
    ticks = 0
    for process in process_tree(root):
        with suppress(OSError):
            ticks += sum(map(int, _fields(Path(f"/proc/{process}/stat"))[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def watched_memory(root: int, every_seconds: float = 3.0) -> Iterator[list[float]]:
    """Memory in MiB, looked at while inside."""
    seen = [memory_mib(root)]
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(every_seconds):
            seen.append(memory_mib(root))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stopped.set()
        watcher.join()


def _fields(stat: Path) -> list[str]:
    """The fields of a process's ``stat`` after its name: state, parent…"""
    return stat.read_text().rpartition(")")[2].split()
