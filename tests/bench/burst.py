"""A thousand workbooks dropped at once while ``up`` runs, beside the bare work in one process without Dagster.

    uv run python -m tests.bench.burst [--files 1000] [--rows 25] [--home D]

The bare work is the project's own steps called one after the other: reception, referential, reading and answering,
models, publication. Both start from a copy of ``D`` (a demonstration made for it when not given) and the same files;
the clock runs from the drop until a release holds every one of them and every one has its receipt.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.orchestration.runs.one_pass import run_once
from pipelines.warehouse.dbt_manifest import preload, read_manifest
from pipelines.warehouse.publication import current_release, publish
from pipelines.warehouse.rebuild import rebuild
from quality.batch import batch
from sources.archive import archive
from sources.archive.archive_references import receive_site_referential
from sources.home.home import Home
from sources.referential.loader import load_referential
from sources.versions.organisation_versions import write_organisation_versions
from sources.versions.reference_loading import take_shipped_inventories, take_shipped_register
from sources.workbook.pool import READERS
from tests.bench.intake import drop_workbooks
from tests.bench.running import running

GIVE_UP_SECONDS = 1200.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=1000)
    options.add_argument("--rows", type=int, default=25)
    options.add_argument("--home", type=Path)
    options.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.bare:
        print(f"{_bare_seconds(Home(arguments.bare)):.2f}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = Home.locate(arguments.home) if arguments.home else _demonstration(folder / "demonstration")
        bare, ours = (_copied(source, folder / kind) for kind in ("bare", "ours"))
        staged = Home(folder / "staged")
        paths = drop_workbooks(staged, load_referential(source.referential), arguments.files, arguments.rows)
        _drop(paths, staged, bare, keep=True)
        command = [sys.executable, "-m", "tests.bench.burst", "--bare", str(bare.root)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        bare_seconds = float(said.splitlines()[-1])
        answered, published = _seconds_with_up(ours, staged, paths)
    print(f"{arguments.files} workbooks of {arguments.rows} rows dropped at once")
    print(f"  bare work, one process without Dagster  {bare_seconds:7.1f} s")
    print(f"  up: all answered                        {answered:7.1f} s")
    print(f"  up: all published                       {published:7.1f} s")
    print(f"  ratio                                   {published / bare_seconds:7.2f}  (target: at most 2)")


def _demonstration(root: Path) -> Home:
    home = Home(root)
    run_once(home, demonstration=True, say=print)
    return home


def _copied(source: Home, root: Path) -> Home:
    shutil.copytree(source.root, root, symlinks=True, ignore=shutil.ignore_patterns("*.sock", "*.log"))
    return Home(root)


def _drop(paths: list[Path], staged: Home, home: Home, keep: bool) -> None:
    for path in paths:
        target = home.intake / path.relative_to(staged.intake)
        target.parent.mkdir(parents=True, exist_ok=True)
        if keep:
            shutil.copy2(path, target)
        else:
            path.rename(target)


def _bare_seconds(home: Home) -> float:
    """The steps in this process; as with ``up``, imports are done and dbt's project is read before the clock starts."""
    manifest = read_manifest(home)
    preload(home)
    READERS.start()
    began = time.monotonic()
    archive.receive(home)
    referential = load_referential(home.referential)
    receive_site_referential(home, home.referential)
    referential.write_lake(home.lake)
    write_organisation_versions(home)
    take_shipped_register(home)
    take_shipped_inventories(home, referential)
    batch.process(home, referential)
    rebuild(home, manifest, referential)
    publish(home)
    return time.monotonic() - began


def _seconds_with_up(home: Home, staged: Home, paths: list[Path]) -> tuple[float, float]:
    """Seconds until every file is answered, and until a release holds them all."""
    with running(home):
        time.sleep(20)  # what follows a start ends
        known = archive.last_number(home)
        began = time.monotonic()
        _drop(paths, staged, home, keep=False)
        answered = 0.0
        while time.monotonic() - began < GIVE_UP_SECONDS:
            new = [number for number in archive.reception_numbers(home) if number > known]
            if not answered and len(new) == len(paths) and _are_answered(home, new):
                answered = time.monotonic() - began
            release = current_release(home)
            if answered and release and set(new) <= set(release.build.receptions):
                return answered, time.monotonic() - began
            time.sleep(0.2)
    raise SystemExit("not all was published: see bench-up.log and Dagster's pages")


def _are_answered(home: Home, numbers: list[int]) -> bool:
    receipts = {path.name.split("_")[0] for path in home.receipts.glob("*/*.html")}
    return all(f"{number:06d}" in receipts for number in numbers)


if __name__ == "__main__":
    main()
