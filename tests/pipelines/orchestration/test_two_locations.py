"""Analyses in a code location of their own, as docs/echelle.md has it: the real servers, daemon and page of Dagster."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from starlette.testclient import TestClient

from pipelines.engines.dagster_programs import page
from pipelines.engines.instance import open_instance, prepare
from pipelines.engines.launcher import WORKER_TAG
from pipelines.operations.dagster_page.serve import _lifespan
from pipelines.operations.ports import Ports
from pipelines.operations.servers import ANALYSES, answering, start_dagster
from pipelines.operations.supervision import Supervisor
from pipelines.orchestration.definitions import ANALYSES as OF_ANALYSES
from pipelines.orchestration.definitions import PASSES, build_defs
from pipelines.orchestration.jobs import ANALYSIS_JOB
from pipelines.products.analysis.after_publication import is_due
from sources.home.home import Home
from tests.dashboards.serving.servers import free_port

ROOT = Path(__file__).parents[3]
SOON = 240.0
LOADED = """
{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename
  ... on RepositoryLocation { repositories { jobs { name } sensors { name } schedules { name } } } } } } } }
"""


def test_each_definition_is_in_one_of_the_two_locations(demo_home: Home) -> None:
    """A run of one that stood in none would never start; of one in both, start twice."""
    whole, *parts = (build_defs(demo_home), *(build_defs(demo_home, part=part) for part in (PASSES, OF_ANALYSES)))
    for names in (
        lambda defs: list(defs.resolve_asset_graph().materializable_asset_keys),
        lambda defs: [job.name for job in defs.resolve_all_job_defs() if not job.name.startswith("__")],
        lambda defs: [sensor.name for sensor in defs.sensors or ()],
        lambda defs: [schedule.name for schedule in defs.schedules or ()],
    ):
        assert sorted(names(whole)) == sorted(name for part in parts for name in names(part))


@pytest.fixture(scope="module")
def home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The demonstration's home, its analyses forgotten; the exports that it has stand for those of the release."""
    copy = Home(tmp_path_factory.mktemp("two") / "home")
    shutil.copytree(demo_home.root, copy.root, symlinks=True)
    shutil.rmtree(copy.analysis)
    assert is_due(copy)
    socket = copy.root.parent / "sockets" / "analyses.sock"
    socket.parent.mkdir(mode=0o700)
    (copy.root / "cartographie.toml").write_text(f'[runs]\nanalyses_socket = "{socket}"\n')
    prepare(copy)
    yield copy


@pytest.fixture(scope="module")
def second(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """The second code server, by the very command of the documentation."""
    text = (ROOT / "docs" / "echelle.md").read_text(encoding="utf-8")
    [command] = [block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "api grpc" in block]
    command = command.replace("/srv/cartographie", str(home.root.parent))
    assert "/srv/" not in command
    log = home.root.with_name("second.log").open("wb")
    process = subprocess.Popen(["sh", "-c", command], cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    yield process
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(60)


@pytest.fixture(scope="module")
def dagster(home: Home) -> Iterator[Ports]:
    """Dagster's processes as ``up`` starts them."""
    ports, supervisor = Ports(free_port(), free_port()), Supervisor(print)
    start_dagster(home, ports, supervisor)
    yield ports
    supervisor.stop()


@pytest.fixture
def instance(home: Home) -> Iterator[DagsterInstance]:
    with open_instance(home) as opened:
        yield opened


def wait(condition: Callable[[], bool], vain: str) -> None:
    deadline = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < deadline, vain
        time.sleep(0.5)


def locations(home: Home, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Names of jobs, sensors and schedules by location, as Dagster's own page tells them."""
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    with page(home.dagster / "workspace.yaml", _lifespan) as app, TestClient(app) as client:
        answer = client.post("/graphql", json={"query": LOADED}).json()
    found = {}
    for entry in answer["data"]["workspaceOrError"]["locationEntries"]:
        repositories = (entry["locationOrLoadError"] or {}).get("repositories", [])
        found[entry["name"]] = {item["name"] for one in repositories for kind in one.values() for item in kind}
    return found


@pytest.mark.filterwarnings("ignore:Error loading repository location")
def test_passes_go_on_without_the_second_and_status_names_it(
    home: Home, dagster: Ports, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(lambda: "depots" in locations(home, monkeypatch)["cartographie"], "the first location does not load")
    assert locations(home, monkeypatch)["analyses"] == set()
    assert answering(home, dagster, instance)[ANALYSES] is False


def test_both_load_and_a_run_of_the_second_is_started_by_its_sensor_and_succeeds_there(
    home: Home,
    dagster: Ports,
    second: subprocess.Popen[bytes],
    instance: DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wait(lambda: answering(home, dagster, instance)[ANALYSES], "the second server does not answer")
    wait(lambda: "publications" in locations(home, monkeypatch)["analyses"], "the second location does not load")
    found = locations(home, monkeypatch)
    assert found.keys() == {"cartographie", "analyses"}
    assert {"prise_en_compte", "depots", "chaque_nuit", "alertes"} <= found["cartographie"]
    assert {ANALYSIS_JOB, "publications", "exports", "analyses_chaque_nuit"} <= found["analyses"]

    of_analyses = RunsFilter(job_name=ANALYSIS_JOB, statuses=[DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE])
    before = instance.get_runs_count(of_analyses)  # that of the demonstration's own pass
    wait(lambda: instance.get_runs_count(of_analyses) > before, "no run of the second location ends")
    run = instance.get_runs(of_analyses, limit=1)[0]
    assert run.status == DagsterRunStatus.SUCCESS and not is_due(home)
    assert run.remote_job_origin is not None and run.remote_job_origin.location_name == "analyses"
    assert WORKER_TAG not in run.tags, "no process of the first location executed it"
    assert str(home.root.parent / "sockets" / "analyses.sock") in run.tags[".dagster/grpc_info"]
