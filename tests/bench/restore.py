"""How long a back-up and a restoration take, beside a plain copy of the same files.

Run: python -m tests.bench.restore [--home D]  (without D, a demonstration is made first)
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.operations.backup.backup import back_up
from pipelines.operations.backup.backup_contents import plain_files
from pipelines.operations.backup.restore import restore
from sources.home.home import Home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    home_given = parser.parse_args().home
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = Home(home_given.absolute() if home_given else folder / "home")
        if home_given is None:
            _run(home, "--demo")
        restored = Home(folder / "restored")
        copied = _timed("baseline: plain copy of the same files", lambda: _copy(home, folder / "copy"))
        report, first = _timed("first back-up", lambda: back_up(home, folder / "b"))
        _, second = _timed("second back-up, nothing new", lambda: back_up(home, folder / "b"))
        _, files = _timed("restore: files, each checked", lambda: restore(folder / "b", restored))
        _, rebuilt = _timed("restore: warehouse and publication", lambda: _run(restored))
        count, size = len(report.snapshot.entries), report.byte_count / 2**20
        print(f"{count} files, {size:.1f} MiB; ratios to the plain copy: first back-up {first / copied[1]:.1f}, "
              f"second {second / copied[1]:.1f}, restored files {files / copied[1]:.1f}; "
              f"whole restore {files + rebuilt:.1f} s")  # fmt: skip


def _timed(name: str, act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    made = act()
    seconds = time.perf_counter() - began
    print(f"{name}: {seconds:.2f} s", flush=True)
    return made, seconds


def _copy(home: Home, target: Path) -> None:
    for path in plain_files(home.root):
        place = target / path.relative_to(home.root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)


def _run(home: Home, *options: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root), *options],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


if __name__ == "__main__":
    main()
