"""Whether the servers of a running ``up`` answer: Dagster's pages, its daemon, Superset.

Belongs here: asking them once, briefly. Does not: starting them (``up``), Superset's pages (``doctor.pages``).
"""

from __future__ import annotations

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pipelines.ports import Ports

if TYPE_CHECKING:
    from dagster import DagsterInstance

_SECONDS = 5.0
DAGSTER, DAEMON, SUPERSET = "Dagster", "le démon de Dagster", "Superset"
LOGS = {DAGSTER: "logs/webserver.log", DAEMON: "logs/daemon.log", SUPERSET: "logs/superset.log"}


def answering(ports: Ports, instance: DagsterInstance) -> dict[str, bool]:
    """Server → whether it answers."""
    addresses = {DAGSTER: f"{ports.dagster_url}/server_info", SUPERSET: f"{ports.superset_url}/health"}
    with ThreadPoolExecutor(len(addresses)) as beside:
        found = dict(zip(addresses, beside.map(_answers, addresses.values()), strict=True))
    return found | {DAEMON: all(status.healthy for status in instance.get_daemon_statuses().values())}


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
