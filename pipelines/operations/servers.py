"""The servers of ``up``: how each is started, and whether it answers.

Belongs here: their commands and variables, asking them once, briefly. Does not: in which order (``up``), keeping them
alive (``supervision``), Superset's pages (``doctor.pages``).
"""

from __future__ import annotations

import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dashboards.serving import server
from dashboards.serving.server import answers
from pipelines.engines.instance import LOCATION, code_server, postgres_variables, socket_path
from pipelines.operations.door.asking import is_answering
from pipelines.operations.ports import Ports
from pipelines.operations.sign_in import sign_in_variables
from pipelines.operations.supervision import Child, Supervisor
from pipelines.products.dashboards import SUPERSET_URL_VARIABLE
from sources.home.configuration import Servers, configuration
from sources.home.home import HOME_VARIABLE, Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

_SECONDS = 5.0
DAGSTER, DAEMON, SUPERSET, DOOR = "Dagster", "le démon de Dagster", "Superset", "le guichet des établissements"
ANALYSES = "le serveur de code des analyses"
LOGS = {DAGSTER: "logs/webserver.log", DAEMON: "logs/daemon.log", SUPERSET: "logs/superset.log", DOOR: "logs/door.log"}
LOGS[ANALYSES] = "le journal de la machine où il est"


def answering(home: Home, ports: Ports, instance: DagsterInstance) -> dict[str, bool]:
    """Server → whether it answers."""
    addresses = {DAGSTER: f"{ports.dagster_url}/server_info", SUPERSET: _health_of_superset(ports)}
    with ThreadPoolExecutor(len(addresses)) as beside:
        found = dict(zip(addresses, beside.map(answers, addresses.values()), strict=True))
    found[DOOR] = is_answering(home, _SECONDS)
    if (elsewhere := configuration(home).runs.analyses_socket) is not None:
        found[ANALYSES] = _listens(elsewhere)
    return found | {DAEMON: all(status.healthy for status in instance.get_daemon_statuses().values())}


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_SECONDS)
        try:
            asking.connect(str(path))
        except OSError:
            return False
    return True


def pages_answering(ports: Ports) -> dict[str, bool]:
    """The same where pages alone are served."""
    return {SUPERSET: answers(_health_of_superset(ports))}


def _health_of_superset(ports: Ports) -> str:
    return f"{ports.superset_url}/health"


def start_dagster(home: Home, ports: Ports, supervisor: Supervisor) -> None:
    """Dagster's own processes, and those that stand beside it."""
    scripts = Path(sys.executable).parent
    variables = {
        HOME_VARIABLE: str(home.root),
        "DAGSTER_HOME": str(home.dagster),
        SUPERSET_URL_VARIABLE: ports.superset_url,
        "PYTHONUNBUFFERED": "1",
        **postgres_variables(home),
    }
    workspace = ["--workspace", str(home.dagster / "workspace.yaml")]
    page = ["--host", ports.host, "--port", str(ports.dagster), "--superset-port", str(ports.superset)]
    code = ["api", "grpc", "--socket", code_server(home), "--module-name", "pipelines.orchestration.definitions"]
    commands = {
        "code": ("Le serveur de code", [str(scripts / "dagster"), *code, "--location-name", LOCATION]),
        "workers": (
            "Le processus préchauffé",
            [sys.executable, "-m", "pipelines.orchestration.runs.warm_workers", str(socket_path(home, "workers"))],
        ),
        "door": (
            "Le guichet des établissements",
            [sys.executable, "-m", "pipelines.operations.door.serve", str(home.root)],
        ),
        "daemon": ("Le démon de Dagster", [str(scripts / "dagster-daemon"), "run", *workspace]),
        "webserver": (
            "Le serveur web de Dagster",
            [sys.executable, "-m", "pipelines.operations.dagster_page.serve", *page],
        ),
    }
    for name, (title, command) in commands.items():
        supervisor.start(Child(title, command, home.root / "logs" / f"{name}.log", variables, _log_bytes(home)))


def start_superset(home: Home, ports: Ports, supervisor: Supervisor) -> Child:
    """Superset, with what the home's settings say of it."""
    command, variables = server.server_command(home.superset, home.published, ports.superset, ports.host)
    settings = configuration(home)
    variables |= {
        "CARTOGRAPHIE_HTTPS": "1" if settings.servers.https else os.environ.get("CARTOGRAPHIE_HTTPS", "0"),
        "CARTOGRAPHIE_DUCKDB_MEMORY": settings.superset.memory,
        "CARTOGRAPHIE_DUCKDB_THREADS": str(settings.superset.threads),
        "CARTOGRAPHIE_WORKER_MEMORY_MIB": str(settings.superset.process_memory_mib),
        "CARTOGRAPHIE_STATEMENT_SECONDS": str(settings.superset.statement_seconds),
        "CARTOGRAPHIE_HOSTS": " ".join(hosts_of(settings.servers)),
        **sign_in_variables(home),
    }
    if not settings.servers.pages_only:
        variables["CARTOGRAPHIE_DOOR_TRIES"] = str(socket_path(home, "tries"))
        variables["CARTOGRAPHIE_DOOR_DESK"] = str(socket_path(home, "desk"))
    log = home.root / "logs" / "superset.log"
    return supervisor.start(Child("Superset", command, log, variables, _log_bytes(home)))


def hosts_of(servers: Servers) -> list[str]:
    """The names by which people reach Superset, where they are known; any other name is refused."""
    named = urlsplit(servers.superset_url or "").hostname
    if named is None and (servers.https or servers.host not in {"127.0.0.1", "::1"}):
        return ["*"]  # a proxy or a network of which the configuration says nothing
    return sorted({"127.0.0.1", "localhost", "::1", servers.host, *filter(None, [named])})


def _log_bytes(home: Home) -> int:
    return configuration(home).servers.log_mib * 2**20
