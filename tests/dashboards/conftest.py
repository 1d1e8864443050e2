"""Names that the tests of the dashboards share. The installation itself, one for all folders, is in installation.py."""

from pathlib import Path

import pytest

from tests.dashboards.installation import BROWSER_FLAGS, CLOSED_NETWORK, ESTABLISHMENTS, OWN, PASSWORD, Server

__all__ = ["BROWSER_FLAGS", "CLOSED_NETWORK", "ESTABLISHMENTS", "OWN", "PASSWORD", "Server"]


@pytest.fixture(scope="session")
def home(dashboards_home: Path) -> Path:
    """The home behind the one Superset."""
    return dashboards_home
