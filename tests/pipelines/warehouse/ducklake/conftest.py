"""A home whose warehouse stands on DuckLake, with a PostgreSQL of its own for the catalog."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.home.home import Home
from tests.postgres import Cluster, running_cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def on_ducklake(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root: Path = tmp_path_factory.mktemp("ducklake")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARTOGRAPHIE_WAREHOUSE__TARGET", "ducklake")
        patch.setenv("CARTOGRAPHIE_WAREHOUSE__CATALOG_URL", cluster.url)
        patch.setenv("CARTOGRAPHIE_WAREHOUSE__DATA_PATH", str(root / "data"))
        patch.setenv("CARTOGRAPHIE_RUNS__LOCK_WAIT_SECONDS", "1")
        yield Home(root / "home")
