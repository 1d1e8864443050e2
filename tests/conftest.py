"""What tests of several parts share: a home in which the demonstration went the whole way.

Belongs here: fixtures that are dear to make. They are made once a session; a test that writes takes a copy.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from sources.home.home import Home

# One Superset for the tests of the dashboards and the attempts on it: two folders, and each fixture made once.
from tests.dashboards.installation import browser, dashboards_home, numbers, published, reader, server, visitor

__all__ = ["browser", "dashboards_home", "numbers", "published", "reader", "server", "visitor"]
OF_ONE_SUPERSET = {"server", "dashboards_home"}

# No test asserts a time. In CI a change is judged on the same cases each time; elsewhere new ones are looked for.
settings.register_profile("ours", deadline=None)
settings.register_profile("ci", derandomize=True, print_blob=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "ours")


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker whole files; the tests that share one Superset share one worker."""
    for item in items:
        is_of_it = not OF_ONE_SUPERSET.isdisjoint(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("superset" if is_of_it else str(item.path)))


def pytest_make_parametrize_id(val: object) -> str | None:
    """A file's bytes are no name: an archive holds the time it was made at, and workers must collect the same names."""
    return "bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home made by the real ``cartographie run --demo``; to be read, never written. All workers read one."""
    basis = tmp_path_factory.getbasetemp()
    shared = basis.parent if os.environ.get("PYTEST_XDIST_WORKER") else basis
    home = Home(shared / "demonstration" / "home")
    made = shared / "demonstration.made"
    with FileLock(shared / "demonstration.lock"):
        if not made.exists():
            shutil.rmtree(home.root.parent, ignore_errors=True)
            command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root), "--demo"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            made.touch()
    return home


@pytest.fixture
def home_copy(demo_home: Home, tmp_path: Path) -> Home:
    """A copy of the demonstration's home, to write in."""
    left_out = shutil.ignore_patterns("superset")
    shutil.copytree(demo_home.root, tmp_path / "home", symlinks=True, ignore=left_out)
    return Home(tmp_path / "home")
