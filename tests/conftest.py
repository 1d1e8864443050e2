"""What tests of several parts share: a home in which the demonstration went the whole way.

Belongs here: fixtures that are dear to make. They are made once a session; a test that writes takes a copy.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from sources.home import Home

settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")  # a change is judged on the same cases each time; elsewhere new ones are looked for


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker whole files; the tests of the dashboards share one Superset and so one worker."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        item.add_marker(pytest.mark.xdist_group("dashboards" if folder == "dashboards" else str(item.path)))


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home made by the real ``cartographie run --demo``; to be read, never written."""
    home = Home(tmp_path_factory.mktemp("demonstration") / "home")
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root), "--demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture
def home_copy(demo_home: Home, tmp_path: Path) -> Home:
    """A copy of the demonstration's home, to write in."""
    left_out = shutil.ignore_patterns("superset")
    shutil.copytree(demo_home.root, tmp_path / "home", symlinks=True, ignore=left_out)
    return Home(tmp_path / "home")
