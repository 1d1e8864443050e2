"""Serves Dagster's page behind its guard: what ``dagster-webserver`` does, with one application more in front.

Belongs here: putting both together and listening. Does not: what is let through (``guard``).

Dagster's own command cannot be given a middleware: its application is made as that command makes it (``engines``).
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from pipelines.engines.dagster_programs import page
from pipelines.operations.dagster_page import tickets
from pipelines.operations.dagster_page.connections import BoundedConnection
from pipelines.operations.dagster_page.guard import Guard
from pipelines.operations.dagster_page.origin import own_hosts
from pipelines.operations.dagster_page.sign_in import SignIn
from pipelines.operations.ports import Ports
from sources.home.configuration import configuration
from sources.home.home import Home


def guarded(app: ASGIApp, home: Home, ports: Ports) -> Guard:
    """``app`` behind the guard of a home whose servers listen on ``ports``."""
    servers = configuration(home).servers
    return Guard(
        app,
        own_hosts(ports.dagster, ports.host, servers.dagster_url),
        SignIn(ports.superset_url),
        lambda ticket: tickets.take(home, ticket),
        servers.superset_url or ports.superset_url,
        is_https=(servers.dagster_url or "").startswith("https:"),
    )


def serve(home: Home, ports: Ports) -> None:
    """Serve until SIGTERM; ``$DAGSTER_HOME`` names the instance."""
    with page(home.dagster / "workspace.yaml", _lifespan) as app:
        uvicorn.run(
            guarded(app, home, ports),
            host=ports.host,
            port=ports.dagster,
            http=BoundedConnection,
            log_level="warning",
            server_header=False,
            limit_concurrency=200,
            timeout_keep_alive=5,
        )


@asynccontextmanager
async def _lifespan(_app: object) -> AsyncIterator[None]:
    # uvicorn cancels the application's life at its end (its issue 1160); there is nothing to tell.
    import asyncio

    with suppress(asyncio.CancelledError):
        yield


def main() -> None:
    """``python -m pipelines.operations.dagster_page.serve --host H --port P --superset-port Q``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--superset-port", type=int, required=True)
    given = parser.parse_args()
    serve(Home.locate(), Ports(given.port, given.superset_port, given.host))


if __name__ == "__main__":
    main()
