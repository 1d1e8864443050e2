"""Soak, by option: drops as fast as they are answered, through a running ``up`` whose memory and files stay flat."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sources.home.home import Home
from tests.faults.conftest import SOAK, after_drops, whole_copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import drop
from tests.faults.running import SERVERS, Running, running, wait, wait_until_settled

pytestmark = [
    pytest.mark.faults,
    pytest.mark.superset,
    pytest.mark.timeout(6 * 3600),
    pytest.mark.skipif(not SOAK, reason="asked for by CARTOGRAPHIE_FAULTS_SOAK=2000"),
]

WAITING = 10
"""Drops that wait at most: as many runs as possible, since it is a run that may leave something behind."""

LINES = 12
GROWTH, GROWTH_KIB, GROWTH_FILES = 1.1, 50 * 2**10, 20
"""From the second quarter to the last, of all servers together: caches fill in the first."""


@dataclass(frozen=True)
class Sample:
    """The servers of ``up`` at one moment; a run's own process is not among them."""

    seconds: float
    dropped: int
    kib: dict[str, int]
    files: dict[str, int]

    @property
    def total_kib(self) -> int:
        return sum(self.kib.values())

    @property
    def total_files(self) -> int:
        return sum(self.files.values())


def test_memory_and_open_files_stay_flat_over_many_drops(installed: Home, tmp_path: Path) -> None:
    home = whole_copy_of(installed, tmp_path / "home")
    with running(home, tmp_path / "said") as up:
        up.start()
        up.wait_until_ready()
        began = time.monotonic()
        samples = list(_samples_while_dropping(up, began))
        wait_until_settled(home, SOAK)
        samples.append(_sample(up, began, SOAK))
        assert up.stop() == 0, up.said()
        wait(lambda: not up.processes(), 30, "processes of a stopped up still run")
    _say(samples)
    assert_nothing_lost_or_twice(home, after_drops(installed, SOAK, tmp_path)[0])
    second, last = samples[len(samples) // 4 : len(samples) // 2], samples[-(len(samples) // 4) :]
    before, after = (statistics.median(sample.total_kib for sample in part) for part in (second, last))
    assert after < max(before * GROWTH, before + GROWTH_KIB), f"memory grew from {before} to {after} KiB"
    before, after = (statistics.median(sample.total_files for sample in part) for part in (second, last))
    assert after < before + GROWTH_FILES, f"open files grew from {before} to {after}"


def _samples_while_dropping(up: Running, began: float) -> Iterator[Sample]:
    """Drop all, and look at the servers each time that a drop had to wait for others to be answered."""
    for number in range(SOAK):
        if number % WAITING == 0:
            yield _sample(up, began, number)
            wait(lambda: _waiting(up.home) < WAITING, 600, "drops are not answered", 0.2)
        drop(up.home, number)


def _waiting(home: Home) -> int:
    """Drops in the intake that are not answered; the folder of answered ones is beside them."""
    return sum(path.is_file() for folder in home.intake.iterdir() if folder.is_dir() for path in folder.iterdir())


def _sample(up: Running, began: float, dropped: int) -> Sample:
    pieces = {name: up.pieces(name) for name in SERVERS}
    return Sample(
        time.monotonic() - began,
        dropped,
        {name: sum(process.resident_kib for process in found) for name, found in pieces.items()},
        {name: sum(process.open_files for process in found) for name, found in pieces.items()},
    )


def _say(samples: list[Sample]) -> None:
    print(f"{SOAK} drops, resident MiB and open files of the servers:")
    chosen = [samples[position * (len(samples) - 1) // (LINES - 1)] for position in range(LINES)]
    for sample in chosen:
        parts = ", ".join(f"{name} {kib // 1024}/{sample.files[name]}" for name, kib in sample.kib.items())
        total = f"{sample.total_kib // 1024} MiB, {sample.total_files} files"
        print(f"  {sample.seconds:.0f} s, {sample.dropped} drops: {total} ({parts})")
