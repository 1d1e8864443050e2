"""Dagster's own programs, started in our processes: the page's server, and the execution of a run.

Belongs here: what Dagster's command line does, by the names that it uses itself; each import waits for its use, since
either program loads half of Dagster. Does not: what stands before the page (``dagster_page``), who forks (``runs``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dagster import DagsterInstance, __version__

if TYPE_CHECKING:
    from starlette.applications import Starlette

_POLL_MILLISECONDS = 2000

LOADED_BY_A_RUN = ("dagster._cli.api", "pipelines.engines.dbt_names")
"""What executing a run of ours imports of Dagster and dbt, beside what the definitions import."""


@contextmanager
def page(workspace: Path, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]]) -> Iterator[Starlette]:
    """The application of ``dagster-webserver``, which its command does not let be given a middleware."""
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context

    target = WorkspaceFileTarget([str(workspace)])
    with (
        DagsterInstance.get() as instance,
        WorkspaceProcessContext(instance, target, version=__version__) as context,
    ):
        yield create_app_from_workspace_process_context(context, "", _POLL_MILLISECONDS, lifespan=lifespan)


def execute_run(arguments: str) -> None:
    """What ``dagster api execute_run`` does, in this process. May end it with ``SystemExit``."""
    from dagster._cli.api import api_cli

    api_cli.main(["execute_run", arguments], standalone_mode=False)
