"""Drops while ``up`` runs: seconds from drop to receipt, and from drop to the release that readers see.

    uv run python -m tests.bench.drops --home var [--drops 10]

The baseline is the same pass once in a warm process without servers, in the same conditions. ``cartographie up`` must
be running on that home. Readers see a release as soon as the link points at it: a chart queried later shows it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from dagster import DagsterInstance

from pipelines.definitions import build_defs
from pipelines.jobs import INTAKE_JOB
from pipelines.publication import current_release
from sources.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template import write_template

FOLDER = "690781810"
GIVE_UP_SECONDS = 180.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--drops", type=int, default=10)
    arguments = options.parse_args()
    home = Home.locate(arguments.home)
    referential = load_referential(home.referential)
    times = []
    for number in range(arguments.drops):
        times.append(_drop_and_wait(home, referential, f"bench-{time.time_ns()}"))
        print(f"drop {number + 1}: receipt {times[-1][0]:.1f} s, published {times[-1][1]:.1f} s", flush=True)
        time.sleep(random.uniform(1, 6))  # so that drops fall anywhere between two looks of the sensor
    receipt, published = (sorted(column) for column in zip(*times, strict=True))
    print(f"drop → receipt: median {statistics.median(receipt):.1f} s, worst {receipt[-1]:.1f} s")
    print(f"drop → published: median {statistics.median(published):.1f} s, worst {published[-1]:.1f} s")
    print(f"baseline, the same pass in one warm process: {_baseline(home, referential):.1f} s")


def _write(path: Path, referential: Referential, dossier: str) -> None:
    envelope = {
        "organisation": FOLDER,
        "campagne": referential.labels("campaigns")["DEMO-2026"],
        "dossier": dossier,
    }
    answer = {"evaluateur": "MED-99", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort"}
    write_template(path, referential, {"etablissement": [envelope], "evaluations": [answer]})


def _drop_and_wait(home: Home, referential: Referential, name: str) -> tuple[float, float]:
    """Drop one new dossier; seconds until its receipt stands, and until the release that readers see holds it."""
    folder = home.intake / FOLDER
    _write(folder / f".{name}", referential, name)
    began = time.monotonic()
    (folder / f".{name}").rename(folder / f"{name}.xlsx")
    answered = 0.0
    while time.monotonic() - began < GIVE_UP_SECONDS:
        receipts = list((home.receipts / FOLDER).glob(f"*_{name}.html"))
        if receipts and not answered:
            answered = time.monotonic() - began
        release = current_release(home)
        if receipts and release and int(receipts[0].name.split("_")[0]) in release.build.receptions:
            return answered, time.monotonic() - began
        time.sleep(0.05)
    raise SystemExit(f"no answer to {name} in {GIVE_UP_SECONDS:.0f} s: is « cartographie up » running on {home.root}?")


def _baseline(home: Home, referential: Referential) -> float:
    """The second of two passes, on a copy of the home."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Home(Path(folder) / "home")
        left_out = shutil.ignore_patterns("superset", "*.sock")
        shutil.copytree(home.root, copy.root, symlinks=True, ignore=left_out)
        job = build_defs(copy).resolve_job_def(INTAKE_JOB)
        seconds = 0.0
        for number in range(2):
            _write(copy.intake / FOLDER / f"base-{number}.xlsx", referential, f"base-{number}")
            with DagsterInstance.ephemeral() as instance:
                began = time.monotonic()
                job.execute_in_process(
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}, instance=instance
                )
                seconds = time.monotonic() - began
        return seconds


if __name__ == "__main__":
    main()
