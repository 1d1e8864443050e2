"""A run's own process leaves the processor to others; any other keeps its priority."""

import os
import subprocess
import sys

from pipelines.orchestration.runs.priority import NICENESS

SHOW = "import os; from pipelines.orchestration.runs.priority import lower_priority as y; y(); y(); print(os.nice(0))"


def test_a_process_of_its_own_yields_once() -> None:
    shown = subprocess.run([sys.executable, "-c", SHOW], start_new_session=True, capture_output=True, check=True)
    assert int(shown.stdout) == max(NICENESS, os.nice(0))


def test_another_process_keeps_its_priority() -> None:
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, check=True)
    assert int(shown.stdout) == os.nice(0)
