"""What the faults share: a home that took the same drops in peace, and which of them run when.

``pytest`` runs the short form (``test_short.py``); ``pytest -m faults`` the long one, for
which ``CARTOGRAPHIE_FAULTS_KILLS`` asks for more kills, ``CARTOGRAPHIE_FAULTS_SEED`` for other moments and
``CARTOGRAPHIE_FAULTS_SOAK`` for more drops.
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from sources.home.home import Home
from tests.faults.life import drop, finish_pass
from tests.faults.running import running

SEED = int(os.environ.get("CARTOGRAPHIE_FAULTS_SEED", "20261123"))
KILLS = int(os.environ.get("CARTOGRAPHIE_FAULTS_KILLS", "20"))
"""Half of them in passes, half of the pieces of a running ``up``."""

SOAK = int(os.environ.get("CARTOGRAPHIE_FAULTS_SOAK", "0"))
DROPS = 5


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long form out unless it is asked for by its mark."""
    if "faults" in (config.option.markexpr or ""):
        return
    long = [item for item in items if item.get_closest_marker("faults")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def copy_of(home: Home, place: Path) -> Home:
    """A copy without Superset."""
    shutil.copytree(home.root, place, symlinks=True, ignore=shutil.ignore_patterns("superset"))
    return Home(place)


def whole_copy_of(home: Home, place: Path) -> Home:
    """A copy with Superset, of a home on which nothing runs."""
    shutil.copytree(home.root, place, symlinks=True, ignore=shutil.ignore_patterns("*.sock"))
    return Home(place)


def after_drops(home: Home, count: int, folder: Path) -> tuple[Home, dict[str, float]]:
    """A copy that took so many drops in peace, and the seconds that each phase of its pass took."""
    copy = copy_of(home, folder / "in_peace")
    for number in range(count):
        drop(copy, number)
    return copy, finish_pass(copy, folder / "said_in_peace")


@pytest.fixture(scope="session")
def peaceful(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, float]]:
    """A home that took the same drops in peace, and the seconds that each phase of its pass took."""
    return after_drops(demo_home, DROPS, tmp_path_factory.mktemp("peaceful"))


@pytest.fixture(scope="session")
def installed(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home on which ``up`` once ran: Superset is prepared and has its pages; to be copied, never written."""
    folder = tmp_path_factory.mktemp("installed")
    home = whole_copy_of(demo_home, folder / "home")
    with running(home, folder / "said") as up:
        up.start()
        up.wait_until_ready()
        assert up.stop() == 0, up.said()
    return home


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)
