"""Where the servers of a home listen: as the command line says, as the ``up`` that runs was told, as configured.

Belongs here: addresses, and the lock that says that ``up`` runs. Does not: starting servers (``up``), asking whether
they answer (``servers``).
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from sources.home.configuration import configuration
from sources.home.home import Home
from sources.home.writer_lock import exclusive

_LOCK = "up.lock"


@dataclass(frozen=True)
class Ports:
    """Where both servers listen."""

    dagster: int = 3000
    superset: int = 8088
    host: str = "127.0.0.1"

    @property
    def dagster_url(self) -> str:
        return f"http://{self._reached_at}:{self.dagster}"

    @property
    def superset_url(self) -> str:
        return f"http://{self._reached_at}:{self.superset}"

    @property
    def _reached_at(self) -> str:
        """A server that listens everywhere is reached on this machine."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host


class RunningUp(NamedTuple):
    """The ``up`` that runs on a home; ``since`` is in UTC."""

    since: datetime
    ports: Ports


@contextmanager
def holding_up(home: Home, ports: Ports) -> Iterator[None]:
    """Be the one ``up`` of the home, and say where its servers listen. Raises ``WriterBusy`` when another runs."""
    with exclusive(home.root / _LOCK, "cartographie up", wait_seconds=0, told={"ports": asdict(ports)}):
        yield


def running_up(home: Home) -> RunningUp | None:
    """The ``up`` that holds the home's lock; None when nobody does."""
    try:
        with (home.root / _LOCK).open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                told = json.loads(lock.read())
                return RunningUp(datetime.fromisoformat(told["since"]), Ports(**told.get("ports", {})))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def configured_ports(home: Home, dagster: int | None = None, superset: int | None = None) -> Ports:
    """What the configuration says, unless the command line does. Raises ``ConfigurationError``."""
    servers = configuration(home).servers
    return Ports(dagster or servers.dagster_port, superset or servers.superset_port, servers.host)


def ports_in_use(home: Home) -> Ports:
    """Those of the ``up`` that runs, else the configured ones. Raises ``ConfigurationError``."""
    running = running_up(home)
    return running.ports if running else configured_ports(home)
