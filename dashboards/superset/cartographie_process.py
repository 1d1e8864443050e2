"""What one process of Superset may take of the machine: beyond it, it dies alone, and gunicorn starts another.

Belongs here: limits of the operating system. Does not: DuckDB's own, nor time
(cartographie_warehouse.py, cartographie_watch.py).
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

import os
import resource
from contextlib import suppress
from pathlib import Path

MEMORY_BYTES = int(os.environ.get("CARTOGRAPHIE_WORKER_MEMORY_MIB", "1536")) * 2**20
_FILES_BESIDE_CONNECTIONS = 500


def keep_within_limits(connections):
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


def _lower(kind, value):
    _, hard = resource.getrlimit(kind)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (ceiling, ceiling))
