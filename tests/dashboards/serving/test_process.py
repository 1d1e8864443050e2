"""A process that took so much memory that it would refuse a login knows it, and no two leave at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dashboards.serving.environment import ROOT

SCRIPT = """
from dashboards.superset.front import process
process.keep_within_limits(10)
assert not process.is_worn()
taken = bytearray(180 * 2**20)
assert process.is_worn()
del taken
mine = process.turn_to_leave()
assert mine is not None and process.turn_to_leave() is None, "another leaves"
mine.close()
assert process.turn_to_leave() is not None
"""


def test_a_process_knows_that_it_is_worn_and_leaves_alone(tmp_path: Path) -> None:
    """An engineer's large answer left processes that answered every login with an error, until somebody looked."""
    variables = {
        "CARTOGRAPHIE_WORKER_MEMORY_MIB": "200",
        "CARTOGRAPHIE_SUPERSET_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
