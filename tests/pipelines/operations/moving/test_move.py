"""There and back on a real PostgreSQL: killed, begun again; what is published stays the same."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipelines.operations.moving.settings_file import write_target
from pipelines.warehouse.build_stamp import read_stamp
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.ducklake.catalog import configured_catalog, target_of
from pipelines.warehouse.ducklake.guards import asking, snapshot_in
from pipelines.warehouse.ducklake.holding import is_as_noted
from pipelines.warehouse.publication import current_release, is_behind
from pipelines.warehouse.purging import MOVE_FOLDER
from pipelines.warehouse.rebuild_check import analysis_models
from sources.home.configuration import FILE_NAME, configuration
from sources.home.home import Home
from sources.referential.loader import load_referential
from tests import needs
from tests.pipelines.conftest import Installation
from tests.postgres import Cluster

pytestmark = [needs.postgresql, pytest.mark.slow, pytest.mark.timeout(3600)]

SETTINGS = '# du GCS\n[warehouse]\ndata_path = "{}"  # le partage\n'


@pytest.fixture(scope="module")
def home(demo_home: Home, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("moved")
    shutil.copytree(demo_home.root, folder / "home", symlinks=True, ignore=shutil.ignore_patterns("superset"))
    (folder / "home" / FILE_NAME).write_text(SETTINGS.format(folder / "data"))
    (folder / "home" / FILE_NAME).chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARTOGRAPHIE_WAREHOUSE__CATALOG_URL", cluster.url)
        yield Home(folder / "home")


def started(home: Home, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipelines.cli", "warehouse", "move", "--home", str(home.root), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def checksums(home: Home) -> Mapping[str, str]:
    release = current_release(home)
    assert release is not None
    left_out = analysis_models(read_manifest(home))
    return {table: said for table, said in release.checksums.items() if table not in left_out}


def newest(home: Home) -> int:
    catalog = configured_catalog(home)
    assert catalog is not None
    with asking(catalog) as connection:
        return snapshot_in(connection) or 0


def parquet_files(home: Home) -> list[Path]:
    folder = configuration(home).warehouse.data_path
    assert folder is not None
    return sorted(folder.rglob("*.parquet"))


def reached(moving: subprocess.Popen[str], home: Home) -> None:
    """Until it has written a few times more in the catalog than when it was begun."""
    begun = newest(home)
    while newest(home) < begun + 3:
        assert moving.poll() is None, moving.communicate()[0]
        time.sleep(0.2)


def test_there_and_back_by_the_command_alone(home: Home) -> None:
    before, release = checksums(home), current_release(home)
    settings, built = (home.root / FILE_NAME).read_text(), home.warehouse.read_bytes()
    stamp = read_stamp(home)
    moving = started(home, "--to", "ducklake")
    reached(moving, home)
    moving.send_signal(signal.SIGKILL)
    moving.communicate()
    assert (home.root / FILE_NAME).read_text() == settings and read_stamp(home) == stamp
    assert home.warehouse.read_bytes() == built and current_release(home) == release

    write_target(home, "ducklake")  # and what was killed between setting and stamp is gone through again
    said = moved(home, "--to", "ducklake")
    assert "égales ligne à ligne" in said
    assert checksums(home) == before and target_of(home) == "ducklake" and is_as_noted(home)
    assert home.warehouse.read_bytes() == built, "the old one stays"
    assert not (home.root / MOVE_FOLDER).exists() and not is_behind(home)

    drop_and_run(home)
    assert not is_behind(home) and target_of(home) == "ducklake"
    grown = checksums(home)
    assert grown != before

    said = moved(home, "--to", "file")
    assert 'target = "file"' in said and "égales ligne à ligne" in said
    assert (home.root / FILE_NAME).read_text() == settings.rstrip("\n") + '\ntarget = "file"\n'
    assert (home.root / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert checksums(home) == grown and target_of(home) == "file"
    assert parquet_files(home), "the old one stays"
    assert "L'ancien entrepôt est supprimé" in moved(home, "--to", "file", "--forget-old")
    assert parquet_files(home) == [] and home.warehouse.exists()


def moved(home: Home, *arguments: str) -> str:
    moving = started(home, *arguments)
    said = moving.communicate()[0]
    assert moving.returncode == 0, said
    return said


def drop_and_run(home: Home) -> None:
    """A pass goes on from what was moved, on new rows alone: nothing of it is built from nothing."""
    installation = Installation(home, load_referential(home.referential))
    installation.drop("apres", "apres-le-demenagement.xlsx")
    files = set(parquet_files(home))
    assert installation.run().success
    assert files & set(parquet_files(home)), "files of before are still read: the pass went on"
