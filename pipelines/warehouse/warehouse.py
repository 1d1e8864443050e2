"""One build of the warehouse by dbt, in this process, and what became of each model and test.

Belongs here: calling ``dbtRunner``, collecting its events, naming failures without quoting any cell. Does not: what
to do when a build fails (``quarantine``), asset events (``assets.warehouse``), the numbers (``dbt_project``).
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.warehouse.dbt_manifest import (
    CHECKSUM,
    DBT_PROJECT,
    ProjectError,
    common_arguments,
    home_in_environment,
    project_checksum,
    take_loaded,
)
from pipelines.warehouse.ducklake.catalog import target_of
from pipelines.warehouse.ducklake.holding import Held, holding
from pipelines.warehouse.ducklake.tidying import forget_the_past
from sources.home.home import Home
from sources.lake import analysis

if TYPE_CHECKING:
    from pipelines.engines.dbt_names import dbtRunnerResult

_RESULT_EVENTS = {"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"}
ANALYSIS_TAG = "analyse"
ANALYSIS_MODELS = ("path:models/staging/analysis", "path:models/marts/analysis")
"""The models made after a publication; like the views, they stand when the other models are built again."""

_LEFT_STANDING_IN_A_PASS = ("config.materialized:replaced_view", *ANALYSIS_MODELS)

_BAD_STATUSES = {"error", "fail", "runtime error"}

# How DuckDB begins, below dbt's own line, where neither a query nor a row is wrong.
_REFUSED = re.compile(
    r"(?:Runtime Error[^\n]*\n\s*)?"
    r"(?:IO Error|Out of Memory Error: failed to offload|TransactionContext Error: Failed to commit: Could not)"
)
_NO_SPACE = ("No space left", "failed to offload")

_OF_THE_STATEMENT = re.compile(r"(?:Binder|Catalog|Parser) Error: [^\n]+")
"""What DuckDB finds before it has read any row: names of columns, tables and functions, pieces of SQL."""


class MachineRefused(Exception):
    """No file can be read or written as a build must (space, rights): no model or submission is to blame.

    The message is French.
    """

    def __init__(self, said: str):
        reason = "le disque est plein" if any(words in said for words in _NO_SPACE) else "le système le refuse"
        super().__init__(
            f"L'entrepôt ne peut pas lire ou écrire ses fichiers ({reason}) : aucun dépôt n'est en cause, "
            "la dernière publication reste en place."
        )


@dataclass(frozen=True)
class NodeFailure:
    """A model that could not be built, or a test whose rule some rows break.

    ``reason``: what DuckDB says of the statement itself, where its words come from the SQL and from no row.
    """

    model: str
    rule: str | None
    failing_rows: int | None
    reason: str | None = None

    def __str__(self) -> str:
        which = f"modèle {self.model}" if self.rule is None else f"modèle {self.model}, règle {self.rule}"
        if self.failing_rows is not None:
            return f"{which} : {self.failing_rows} ligne(s) en échec"
        return f"{which} : la requête échoue" + (f", {self.reason}" if self.reason else "")


@dataclass
class BuildResult:
    """The events of one build (dbt's structured logging, as dictionaries), what failed, and its seconds.

    ``sql_seconds``: those that the database took, by name of the model or test; ``closing_seconds``: those of putting
    what was written in its place, as the file is closed. The rest of ``seconds`` is dbt's.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    failures: list[NodeFailure] = field(default_factory=list)
    seconds: float = 0.0
    sql_seconds: dict[str, float] = field(default_factory=dict)
    closing_seconds: float = 0.0

    @property
    def succeeded(self) -> bool:
        return not self.failures

    def in_words(self, most: int = 5) -> str:
        """The failures, in French, the first ``most`` of them."""
        said = " ; ".join(str(failure) for failure in self.failures[:most])
        more = len(self.failures) - most
        return said if more <= 0 else f"{said} ; et {more} autre(s)"


def build(
    home: Home,
    manifest: Mapping[str, Any],
    project: Path = DBT_PROJECT,
    full_refresh: bool = False,
    stop_at_first_failure: bool = False,
    selection: Sequence[str] = (),
    changed: Collection[str] = (),
    threads: int | None = None,
) -> BuildResult:
    """Build and test all models, or those of a dbt ``selection``, into the home's warehouse.

    Without ``full_refresh`` the warehouse must come from the same models: its views stand, and are left alone (their
    tests are not); so do the models of the analyses, unless selected, and what follows none of the lake tables that
    ``changed``, when some are named. ``threads`` models are built at once, as many as the profile says by default.

    Raises ``MachineRefused`` when a disk or a right stops it, ``ProjectError`` when dbt fails before or beside any
    model: then no data is to blame. On DuckLake also what ``holding`` raises.
    """
    if manifest["metadata"].get(CHECKSUM) != project_checksum(project):
        raise ProjectError("Le projet dbt a changé depuis le démarrage : arrêtez puis relancez « cartographie up ».")
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    analysis.ensure_schemas(home.analysis)
    arguments = [*_arguments(home, project, full_refresh, selection, changed), "--target", target_of(home)]
    arguments += ["--fail-fast"] * stop_at_first_failure
    arguments += ["--threads", str(threads)] if threads else []
    with holding(home) as held:
        if held is not None and not full_refresh:
            held.check_nobody_wrote()
        result, outcome = _run(home, project, arguments)
        if held is not None:
            _note(held, outcome.success, full_refresh, bool(selection))
    _raise_if_the_machine_refused(outcome)
    reasons = _reasons(outcome)
    result.failures = [_failure(event, manifest, reasons) for event in result.events if _status(event) in _BAD_STATUSES]
    if not outcome.success and not result.failures:
        raise ProjectError(f"dbt s'est arrêté avant la fin : {_without_cells(outcome.exception)}")
    return result


def _note(held: Held, is_good: bool, full_refresh: bool, is_selection: bool) -> None:
    """What stands may be published and gone on from; models that were selected fail beside a warehouse that stands."""
    held.check_still_held()
    if is_good and full_refresh:
        forget_the_past(held)
    elif is_good or is_selection:
        held.note()


def _run(home: Home, project: Path, arguments: list[str]) -> tuple[BuildResult, dbtRunnerResult]:
    """What dbt says of each node and of the whole; its connections are closed."""
    from pipelines.engines.dbt_names import dbtRunner

    result, started = BuildResult(), time.monotonic()
    with home_in_environment(home):
        try:
            runner = dbtRunner(take_loaded(home, project), [lambda message: _collect(message, result)])
            outcome = runner.invoke(arguments)
        finally:
            closed_from = time.monotonic()
            _close_connections()
    result.closing_seconds = time.monotonic() - closed_from
    result.seconds = time.monotonic() - started
    return result, outcome


def _arguments(
    home: Home, project: Path, full_refresh: bool, selection: Sequence[str], changed: Collection[str]
) -> list[str]:
    """Which nodes dbt builds, in its own words."""
    # dbt's own JSON files repeat the parsed project at each build and nobody reads them: results come as events.
    arguments = ["build", *common_arguments(home, project), "--exclude-resource-type=unit_test", "--no-write-json"]
    if selection:
        return [*arguments, "--select", *selection]
    if full_refresh:
        return [*arguments, "--full-refresh"]
    follows = ["--select", *(f"source:lake.{table}+" for table in sorted(changed))] if changed else []
    return [*arguments, *follows, "--exclude", *_LEFT_STANDING_IN_A_PASS, "--indirect-selection=empty"]


def _collect(message: Any, result: BuildResult) -> None:
    """Keep the events that tell the result of a node, as dictionaries, and how long its statements took."""
    if message.info.name == "SQLQueryStatus":
        name = message.data.node_info.node_name
        result.sql_seconds[name] = result.sql_seconds.get(name, 0.0) + message.data.elapsed
    if message.info.name in _RESULT_EVENTS:
        from google.protobuf.json_format import MessageToDict

        result.events.append(MessageToDict(message, preserving_proto_field_name=True))


def _raise_if_the_machine_refused(outcome: dbtRunnerResult) -> None:
    from pipelines.engines.dbt_names import RunExecutionResult

    told = [str(outcome.exception or "")]
    if isinstance(outcome.result, RunExecutionResult):
        told += [str(node.message) for node in outcome.result.results if node.status in _BAD_STATUSES]
    for said in told:
        if _REFUSED.match(said):
            raise MachineRefused(said)


def _close_connections() -> None:
    """Let go of the warehouse file: nobody else could open it while dbt's connections live."""
    from pipelines.engines.dbt_names import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _status(event: Mapping[str, Any]) -> str:
    data = event["data"]
    return str(data.get("node_info", {}).get("node_status") or data.get("status", "")).lower()


def _reasons(outcome: dbtRunnerResult) -> dict[str, str]:
    """Unique id of a node → why its statement could not be planned; an error about values is never quoted."""
    from pipelines.engines.dbt_names import RunExecutionResult

    results = outcome.result.results if isinstance(outcome.result, RunExecutionResult) else []
    said = {result.node.unique_id: _OF_THE_STATEMENT.search(str(result.message)) for result in results}
    return {unique_id: words[0].strip() for unique_id, words in said.items() if words}


def _failure(event: Mapping[str, Any], manifest: Mapping[str, Any], reasons: Mapping[str, str]) -> NodeFailure:
    unique_id = event["data"]["node_info"]["unique_id"]
    node = manifest["nodes"][unique_id]
    if node["resource_type"] != "test":
        return NodeFailure(node["name"], None, None, reasons.get(unique_id))
    rows = event["data"].get("num_failures") if _status(event) == "fail" else None
    count = None if rows is None else int(rows)
    return NodeFailure(tested_model(event, manifest) or "?", _rule(node), count, reasons.get(unique_id))


def tested_model(event: Mapping[str, Any], manifest: Mapping[str, Any]) -> str | None:
    """The name of the model (or lake table) that an event's test is about; None when it is not of a test."""
    node = manifest["nodes"][event["data"]["node_info"]["unique_id"]]
    if node["resource_type"] != "test":
        return None
    tested = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), "?")
    return str(tested).rsplit(".", maxsplit=1)[-1]


def _rule(node: Mapping[str, Any]) -> str:
    generic = node.get("test_metadata")
    if not generic:
        return str(node["name"])
    column = node.get("column_name")
    return f"{generic['name']}({column})" if column else str(generic["name"])


def _without_cells(exception: BaseException | None) -> str:
    """The kind of an error; its text stays out, since a database's message may quote a cell."""
    if exception is None:
        return "sans raison donnée"
    if type(exception).__name__ in {"CompilationError", "ParsingError", "DbtProjectError", "DbtProfileError"}:
        return str(exception)
    return type(exception).__name__
