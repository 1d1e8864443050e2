"""What the faults share: a home that took the same drops in peace, and which of them run when.

``pytest`` runs the short form (``test_short.py``); ``pytest -m faults`` the long one, for which
``CARTOGRAPHIE_FAULTS_KILLS`` asks for more kills and ``CARTOGRAPHIE_FAULTS_SEED`` for other moments.
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from sources.home import Home
from tests.faults.life import drop, finish_pass

SEED = int(os.environ.get("CARTOGRAPHIE_FAULTS_SEED", "20261123"))
KILLS = int(os.environ.get("CARTOGRAPHIE_FAULTS_KILLS", "18"))
DROPS = 5


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long form out unless it is asked for by its mark."""
    if "faults" in (config.option.markexpr or ""):
        return
    long = [item for item in items if item.get_closest_marker("faults")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def copy_of(home: Home, place: Path) -> Home:
    shutil.copytree(home.root, place, symlinks=True, ignore=shutil.ignore_patterns("superset"))
    return Home(place)


@pytest.fixture(scope="session")
def peaceful(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, float]]:
    """A home that took the same drops in peace, and the seconds that each phase of its pass took."""
    folder = tmp_path_factory.mktemp("peaceful")
    home = copy_of(demo_home, folder / "home")
    for number in range(DROPS):
        drop(home, number)
    return home, finish_pass(home, folder / "said")


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)
