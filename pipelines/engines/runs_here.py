"""A run executed in this process that Dagster's page shows under its job, as one that its daemon launched.

Belongs here: creating the run with where its job comes from, and executing it. Does not: which jobs (``one_pass``).
``JobDefinition.execute_in_process`` names no code location, and the timeline and the job's page list runs by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import DagsterInstance, JobDefinition, JobExecutionResult

from pipelines.engines.instance import LOCATION, code_server
from sources.home.home import Home


def execute_here(
    job: JobDefinition,
    home: Home,
    instance: DagsterInstance,
    run_config: Mapping[str, Any],
    tags: Mapping[str, str],
) -> JobExecutionResult:
    """Execute ``job`` to its end, in this process; what fails is told by the result."""
    from dagster._core.definitions.job_base import InMemoryJob
    from dagster._core.definitions.selector import SINGLETON_REPOSITORY_NAME
    from dagster._core.execution.api import execute_run
    from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

    location = GrpcServerCodeLocationOrigin("localhost", socket=code_server(home), location_name=LOCATION)
    run = instance.create_run_for_job(
        job_def=job,
        run_config=run_config,
        tags={**job.run_tags, **tags},
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME), job.name),
    )
    return execute_run(InMemoryJob(job), run, instance, raise_on_error=False)
