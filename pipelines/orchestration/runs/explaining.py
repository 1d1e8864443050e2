"""A failed step says in its run's log what happened and what to do, beside Dagster's stack trace.

Belongs here: the hook that every job carries. Does not: what an error means (``incidents``, ``failures``).
"""

from dagster import HookContext, failure_hook

from pipelines.operations.incidents.failures import explain_error


@failure_hook(name="explication")
def explain_failure(context: HookContext) -> None:
    """One line: code, cause, remedy."""
    if context.op_exception is not None:
        context.log.error(explain_error(context.op_exception))


HOOKS = {explain_failure}
