"""The same history on both targets: after each pass the releases are equal row for row, killed passes included.

Random histories of drops, corrections, withdrawals, decisions and submissions set aside, as in ``test_incremental``.
Touched replies are deleted and written anew in each pass: keys that go and come again are what DuckLake was reported to
lose or to double (ducklake issues 1084, 1364). ``CARTOGRAPHIE_LONG_HISTORIES=40`` draws as many more histories.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any

import duckdb
import pytest

from pipelines.warehouse.build_stamp import BuildStamp, write_stamp
from pipelines.warehouse.checksums import differences, file_checksums
from pipelines.warehouse.dbt_manifest import DBT_PROJECT, project_checksum, read_manifest
from pipelines.warehouse.ducklake.catalog import CatalogUnreachable, catalog_of
from pipelines.warehouse.ducklake.guards import asking, snapshot_in
from pipelines.warehouse.ducklake.holding import is_as_noted, noted_snapshot
from pipelines.warehouse.lake_state import changed_tables, lake_state
from pipelines.warehouse.publication import publish
from pipelines.warehouse.rebuild_check import compare_with_rebuild
from pipelines.warehouse.warehouse import build
from sources.home.home import Home
from tests import needs
from tests.dbt_project.small_lake import SmallLake
from tests.dbt_project.test_incremental import PASSES, answer_again, one_pass
from tests.postgres import Cluster

pytestmark = [needs.postgresql, pytest.mark.timeout(6 * 3600)]

LONG = int(os.environ.get("CARTOGRAPHIE_LONG_HISTORIES", "0"))


@pytest.fixture(scope="module")
def manifest(on_ducklake: Home) -> Mapping[str, Any]:
    return read_manifest(on_ducklake)


def as_file(home: Home) -> Home:
    """The same lake, and the warehouse in a file beside the catalog."""
    return Home(home.root, is_apart=True)


def lay(home: Home, lake: SmallLake) -> None:
    for folder in (home.lake, home.root / "site"):
        shutil.rmtree(folder, ignore_errors=True)
    lake.write(home.lake, home.root / "site")


def build_both(home: Home, lake: SmallLake, manifest: Mapping[str, Any], is_first: bool) -> None:
    """One pass on each target, from nothing or from what the pass before left; both tell of the same rows."""
    before = lake_state(home) if not is_first else None
    lay(home, lake)
    changed = changed_tables(home, before) if before else frozenset()
    for each in (home, as_file(home)):
        result = build(each, manifest, full_refresh=is_first, changed=changed)
        assert result.succeeded, result.in_words()
    assert is_as_noted(home)


def published(home: Home) -> Mapping[str, str]:
    """The checksums of the release that is made of the catalog."""
    built = {"models_checksum": project_checksum(DBT_PROJECT), "engine": duckdb.__version__, "target": "ducklake"}
    write_stamp(home, BuildStamp(uuid.uuid4().hex, "2026-11-23T12:00:00+00:00", referential_checksum="", **built))
    return publish(home).checksums


@pytest.mark.parametrize("seed", [20261129, *range(LONG)])
def test_both_targets_give_the_same_rows_after_each_pass(
    on_ducklake: Home, manifest: Mapping[str, Any], seed: int
) -> None:
    chance, lake = random.Random(seed), SmallLake()
    one_pass(chance, lake)
    for number in range(PASSES if LONG else 2):
        if number:
            one_pass(chance, lake)
            answer_again(chance, lake)
        build_both(on_ducklake, lake, manifest, is_first=not number)
        assert differences(published(on_ducklake), file_checksums(on_ducklake.warehouse)) == []
    views = [views_of(path) for path in (on_ducklake.warehouse, on_ducklake.current_release)]
    assert views[0] == views[1] != {}


def views_of(path: Any) -> dict[str, int]:
    """The rows of each view that stands without files."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("select view_name from duckdb_views() where not internal order by all").fetchall()
        found = {}
        for (name,) in names:
            if name.startswith("mart_"):
                found[name] = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
        return found


KILLED = """
import sys
from pathlib import Path
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.warehouse import build
from sources.home.home import Home
home = Home(Path(sys.argv[1]))
build(home, read_manifest(home), full_refresh=True)
"""


def test_a_killed_pass_and_a_stopped_catalog_leave_nothing(
    on_ducklake: Home, cluster: Cluster, manifest: Mapping[str, Any]
) -> None:
    chance, lake = random.Random(3), SmallLake()
    one_pass(chance, lake)
    lay(on_ducklake, lake)
    assert build(on_ducklake, manifest, full_refresh=True).succeeded
    before, noted = published(on_ducklake), noted_snapshot(on_ducklake)
    assert noted is not None
    one_pass(chance, lake)
    lay(on_ducklake, lake)
    for end in ("killed", "stopped"):
        last = newest(on_ducklake)
        pass_ = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(on_ducklake.root)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        while newest(on_ducklake) < last + 10:
            assert pass_.poll() is None, pass_.communicate()[1].decode()[-2000:]
            time.sleep(0.2)
        if end == "killed":
            pass_.send_signal(signal.SIGKILL)
            pass_.wait()
        else:
            cluster.stop()
            said = pass_.communicate()[1].decode()
            cluster.start()
            assert CatalogUnreachable.__name__ in said.strip().splitlines()[-1], said[-2000:]
        assert noted_snapshot(on_ducklake) == noted and not is_as_noted(on_ducklake)
        assert published(on_ducklake) == before, "a release is copied from the last build that ended well"
    assert build(on_ducklake, manifest, full_refresh=True).succeeded
    assert published(on_ducklake) != before
    assert compare_with_rebuild(on_ducklake) == [], "the nightly comparison, which builds a file"


def newest(home: Home) -> int:
    catalog = catalog_of(home)
    assert catalog is not None
    with asking(catalog) as connection:
        return snapshot_in(connection) or 0
