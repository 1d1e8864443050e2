"""Drops while ``up`` runs: seconds from drop to receipt, to the release that readers see, and to a chart's data.

    uv run python -m tests.bench.drops --home var [--drops 10] [--superset-port 8088]

The baseline is the same pass once in a warm process without servers, in the same conditions. ``cartographie up`` must
be running on that home. The chart is « Ce qui est arrivé », queried through Superset's API with the settings that its
page uses, until it shows the file dropped; the shares of the phases tell where the time goes.
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

from dashboards.bundle import read_bundle
from dashboards.client import Session
from dashboards.queries import chart_query
from dashboards.server import ADMIN, read_accounts
from pipelines.definitions import build_defs
from pipelines.jobs import INTAKE_JOB
from pipelines.publication import current_release
from pipelines.up import configured_ports, superset_url
from sources.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template import write_template

FOLDER = "690781810"
GIVE_UP_SECONDS = 180.0
CHART = "Ce qui est arrivé"
PHASES = ("receipt", "published", "chart")


class Chart:
    """One chart of the running Superset, asked for its data as its page asks."""

    def __init__(self, home: Home, superset_port: int | None) -> None:
        url = superset_url(configured_ports(home, None, superset_port))
        self._session = Session(url, ADMIN, read_accounts(home.superset)[ADMIN])
        bundle = read_bundle()
        [document] = [chart for chart in bundle.charts if chart.content["slice_name"] == CHART]
        [number] = [
            dataset["id"]
            for dataset in self._session.every("dataset")
            if dataset["uuid"] == document.content["dataset_uuid"]
        ]
        params = document.content["params"]
        query = chart_query(params, params["row_limit"]) | {"orderby": [["reception_number", False]]}
        self._payload = {"datasource": {"id": number, "type": "table"}, "queries": [query]}

    def shows(self, file_name: str) -> bool:
        """Whether the file is among the chart's rows."""
        [answer] = self._session.call("POST", "chart/data", json=self._payload)["result"]
        return any(row["file_name"] == file_name for row in answer["data"])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--drops", type=int, default=10)
    options.add_argument("--superset-port", type=int)
    arguments = options.parse_args()
    home = Home.locate(arguments.home)
    referential = load_referential(home.referential)
    chart = Chart(home, arguments.superset_port)
    times: list[tuple[float, float, float]] = []
    for number in range(arguments.drops):
        times.append(_drop_and_wait(home, referential, f"bench-{time.time_ns()}", chart))
        said = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in zip(PHASES, times[-1], strict=True))
        print(f"drop {number + 1}: {said}", flush=True)
        time.sleep(random.uniform(1, 6))  # so that drops fall anywhere between two looks of the sensor
    baseline = _baseline(home, referential)
    for phase, column in zip(PHASES, zip(*times, strict=True), strict=True):
        median = statistics.median(column)
        print(f"drop → {phase}: median {median:.1f} s, worst {max(column):.1f} s, {median / baseline:.2f} × baseline")
    print(f"baseline, the same pass in one warm process: {baseline:.1f} s")


def _write(path: Path, referential: Referential, dossier: str) -> None:
    envelope = {
        "organisation": FOLDER,
        "campagne": referential.labels("campaigns")["DEMO-2026"],
        "dossier": dossier,
    }
    answer = {"evaluateur": "MED-99", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort"}
    write_template(path, referential, {"etablissement": [envelope], "evaluations": [answer]})


def _drop_and_wait(home: Home, referential: Referential, name: str, chart: Chart) -> tuple[float, float, float]:
    """Drop one new dossier; seconds until its receipt stands, until the release that readers see holds it, and until
    the chart shows it."""
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
            published = time.monotonic() - began
            while not chart.shows(f"{name}.xlsx") and time.monotonic() - began < GIVE_UP_SECONDS:
                time.sleep(0.05)
            return answered, published, time.monotonic() - began
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
