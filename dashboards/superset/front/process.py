"""What one process of Superset may take of the machine: beyond it, it dies alone, and gunicorn starts another.

Belongs here: limits of the operating system. Does not: DuckDB's own, nor time
(statements/warehouse.py, statements/watch.py).
"""

import fcntl
import os
import resource
from contextlib import suppress
from pathlib import Path
from typing import IO

MEMORY_BYTES = int(os.environ.get("CARTOGRAPHIE_WORKER_MEMORY_MIB", "1536")) * 2**20
_WORN_BYTES = MEMORY_BYTES * 5 // 6
_FILES_BESIDE_CONNECTIONS = 500


def keep_within_limits(connections: int) -> None:
    """Bound this process's memory, let it have a file for each connection, and offer it first where memory ends."""
    # Not the address space: DuckDB and its threads reserve far more than they touch.
    _lower(resource.RLIMIT_DATA, MEMORY_BYTES)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * connections + _FILES_BESIDE_CONNECTIONS
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    # A core of such a process would hold what readers asked.
    _lower(resource.RLIMIT_CORE, 0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def is_worn() -> bool:
    """Whether so much of the memory is taken that the next login may get none.

    What a large answer took is rarely given back to the system: such a process would refuse until it is started again.
    """
    with suppress(OSError):
        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        return taken * resource.getpagesize() > _WORN_BYTES
    return False


def turn_to_leave() -> IO[bytes] | None:
    """The file that only one process at a time holds locked, until it is gone; None while another leaves."""
    held = (Path(os.environ["CARTOGRAPHIE_SUPERSET_HOME"]) / "leaving.lock").open("ab")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return None
    return held


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (ceiling, ceiling))
