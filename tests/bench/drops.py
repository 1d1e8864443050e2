"""Drops while ``up`` runs: seconds from drop to receipt, to the release that readers see, and to a chart's data.

    uv run python -m tests.bench.drops --home var [--drops 20] [--rows 25] [--superset-port 8088]

The same workbook each time, with a dossier and an assessor of its own, from the establishment that has answered most
in its largest campaign. The baseline is the same pass once in a warm process without servers, in the same conditions.
``cartographie up`` must be running on that home (``tests.bench.operations`` starts it). The chart is « Ce qui est
arrivé », queried through Superset's API with the settings that its page uses, until it shows the file dropped; the
phases of each run, as Dagster recorded them, tell where the time goes.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
from dagster import DagsterInstance, RunsFilter

from dashboards.files.bundle import read_bundle
from dashboards.files.queries import chart_query
from dashboards.publishing.client import Session
from dashboards.serving.server import ADMIN, read_accounts
from pipelines.engines.instance import open_instance
from pipelines.operations.ports import configured_ports
from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import INTAKE_JOB
from pipelines.warehouse.publication import current_release
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.layout import question_codes, workbook_layout
from sources.workbook.template.template import write_template

GIVE_UP_SECONDS = 180.0
CHART = "Ce qui est arrivé"
PHASES = ("receipt", "published", "chart")
TARGETS = {"receipt": (10, 20), "chart": (12, 30)}
"""Median and 95th percentile that the project promises, in seconds."""

_LEFT_OUT = ("superset", "*.sock", "*.log", "exports")


@dataclass(frozen=True)
class Sender:
    """Who sends the workbook: an establishment, and a campaign by its label."""

    organisation: str
    campaign: str

    @classmethod
    def of_most_answers(cls, home: Home) -> Sender:
        with duckdb.connect(str(home.current_release), read_only=True) as connection:
            found = connection.execute(
                "select organisation_code, campaign_code from fct_assessment group by all order by count(*) desc, 1, 2"
            ).fetchone()
        assert found is not None, "nothing is published yet"
        return cls(found[0], load_referential(home.referential).labels("campaigns")[found[1]])


class Chart:
    """One chart of the running Superset, asked for its data as its page asks."""

    def __init__(self, home: Home, superset_port: int | None) -> None:
        url = configured_ports(home, superset=superset_port).superset_url
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
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--drops", type=int, default=20)
    options.add_argument("--rows", type=int, default=25)
    options.add_argument("--superset-port", type=int)
    arguments = options.parse_args()
    measure(Home.locate(arguments.home), arguments.superset_port, arguments.drops, arguments.rows)


def measure(home: Home, superset_port: int | None, drops: int, rows: int) -> None:
    """Drop, wait, print."""
    referential = load_referential(home.referential)
    chart, sender = Chart(home, superset_port), Sender.of_most_answers(home)
    times: list[tuple[float, float, float]] = []
    runs: list[dict[str, float]] = []
    for number in range(drops):
        dropped_at = time.time()
        times.append(_drop_and_wait(home, referential, sender, f"bench-{time.time_ns()}", rows, chart))
        runs.append(_run_phases(home, dropped_at))
        said = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in zip(PHASES, times[-1], strict=True))
        print(f"drop {number + 1}: {said}", flush=True)
        time.sleep(random.uniform(1, 6))  # so that drops fall anywhere between two looks of the sensor
    baseline = _baseline(home, referential, sender, rows)
    for phase, column in zip(PHASES, zip(*times, strict=True), strict=True):
        median, late = statistics.median(column), statistics.quantiles(column, n=20)[-1]
        wanted = "  (target: median under {} s, p95 under {} s)".format(*TARGETS[phase]) if phase in TARGETS else ""
        print(
            f"drop → {phase}: median {median:.1f} s, p95 {late:.1f} s, worst {max(column):.1f} s, "
            f"{median / baseline:.2f} × baseline{wanted}"
        )
    print(f"baseline, the same pass in one warm process: {baseline:.1f} s")
    print("phases of a run (median seconds): " + ", ".join(f"{name} {took:.2f}" for name, took in _medians(runs)))


def _medians(runs: list[dict[str, float]]) -> list[tuple[str, float]]:
    by_phase: defaultdict[str, list[float]] = defaultdict(list)
    for run in runs:
        for phase, seconds in run.items():
            by_phase[phase].append(seconds)
    return [(phase, statistics.median(taken)) for phase, taken in by_phase.items()]


def _run_phases(home: Home, dropped_at: float) -> dict[str, float]:
    """Seconds of the newest run: until Dagster asked for it, until its process began, then each step."""
    with open_instance(home) as instance:
        [record] = instance.get_run_records(RunsFilter(job_name=INTAKE_JOB), limit=1)
        steps = instance.get_run_step_stats(record.dagster_run.run_id)
    asked, began = record.create_timestamp.timestamp(), record.start_time
    phases = {"seen": asked - dropped_at, "launched": (began or asked) - asked}
    taken = {step.step_key: step.end_time - step.start_time for step in steps if step.start_time and step.end_time}
    return phases | dict(sorted(taken.items(), key=lambda item: item[0]))


def _write(path: Path, referential: Referential, sender: Sender, dossier: str, rows: int) -> None:
    envelope = {"organisation": sender.organisation, "campagne": sender.campaign, "dossier": dossier}
    use_cases, questions = referential.codes("use_cases"), question_codes(referential)
    offered = {column.code: column.offered for sheet in workbook_layout(referential) for column in sheet.columns}
    answers = [
        {"evaluateur": f"MED-{dossier[-9:]}", "role": "Médecin", "cas_usage": use_cases[number % len(use_cases)]}
        | {question: offered[question][number % len(offered[question])] for question in questions}
        for number in range(rows)
    ]
    write_template(path, referential, {"etablissement": [envelope], "evaluations": answers})


def _drop_and_wait(
    home: Home, referential: Referential, sender: Sender, name: str, rows: int, chart: Chart
) -> tuple[float, float, float]:
    """Drop one new dossier; seconds until its receipt stands, until the release that readers see holds it, and until
    the chart shows it."""
    folder = home.intake / sender.organisation
    _write(folder / f".{name}", referential, sender, name, rows)
    began = time.monotonic()
    (folder / f".{name}").rename(folder / f"{name}.xlsx")
    answered = 0.0
    while time.monotonic() - began < GIVE_UP_SECONDS:
        receipts = list((home.receipts / sender.organisation).glob(f"*_{name}.html"))
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


def _baseline(home: Home, referential: Referential, sender: Sender, rows: int) -> float:
    """The second of two passes, on a copy of the home."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Home(Path(folder) / "home")
        shutil.copytree(home.root, copy.root, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        job = build_defs(copy).resolve_job_def(INTAKE_JOB)
        seconds = 0.0
        for number in range(2):
            dossier = f"base-{number}-{time.time_ns()}"
            _write(copy.intake / sender.organisation / f"{dossier}.xlsx", referential, sender, dossier, rows)
            with DagsterInstance.ephemeral() as instance:
                began = time.monotonic()
                job.execute_in_process(
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}, instance=instance
                )
                seconds = time.monotonic() - began
        return seconds


if __name__ == "__main__":
    main()
