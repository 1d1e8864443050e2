"""The nightly comparison with a rebuild, beside a full build of the same warehouse.

    uv run python -m tests.bench.comparison --home D

``D`` is a home that ``tests.bench.large_home`` made; it is copied. The build is timed before and after the comparison,
in the same warm process, and its mean is the baseline.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.publication import publish
from pipelines.warehouse.rebuild import rebuild
from pipelines.warehouse.rebuild_check import compare_with_rebuild
from pipelines.warehouse.warehouse import build
from sources.home.home import Home
from sources.referential.loader import load_referential

_COPIED = ("archive", "lake", "analysis", "referential", "published", "warehouse")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True)
    source = Home.locate(options.parse_args().home)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        for name in _COPIED:
            shutil.copytree(source.root / name, home.root / name, symlinks=True)
        manifest = read_manifest(home)
        # The models may have changed since the home was made: a comparison then waits for the next pass.
        rebuild(home, manifest, load_referential(home.referential))
        publish(home)
        before = _seconds(lambda: build(home, manifest, full_refresh=True))
        different: list[str] = []
        compared = _seconds(lambda: different.extend(compare_with_rebuild(home)))
        after = _seconds(lambda: build(home, manifest, full_refresh=True))
    whole = (before + after) / 2
    print(f"full build: {before:.1f} s, then {after:.1f} s")
    print(f"rebuild and compare: {compared:.1f} s, {len(different)} tables differ")
    print(f"ratio: {compared / whole:.2f}  (target: at most 2)")


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
