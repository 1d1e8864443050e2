"""``cartographie up``: everything made that is missing, every server started, and stopped together.

Belongs here: what is needed and in which order, the phases and their seconds. Does not: keeping processes alive
(``supervision``), the first pass (``one_pass``), what Superset needs (``dashboards``). Dagster is imported by the
children only: the process that waits for Ctrl-C stays small.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from dashboards.serving import environment, server
from dashboards.serving.browser import find_chromium
from pipelines.engines import instance
from pipelines.operations.incidents.incidents import incident_of
from pipelines.operations.incidents.refused_start import forget_refusal, noting_refusals
from pipelines.operations.pages.publishing import follow_releases, publish_pages, seen_release
from pipelines.operations.ports import Ports, holding_up
from pipelines.operations.servers import start_dagster, start_superset
from pipelines.operations.service_manager import tell
from pipelines.operations.sign_in import provider_problem, sign_in_variables
from pipelines.operations.supervision import Child, PortTaken, Supervisor, check_port_is_free, end_helpers
from pipelines.warehouse.dbt_manifest import DBT_PROJECT, project_checksum
from pipelines.warehouse.ducklake.catalog import CatalogUnreachable, catalog_of, target_of
from pipelines.warehouse.ducklake.guards import check
from pipelines.warehouse.publication import current_release
from sources.archive import archive
from sources.home.configuration import configuration
from sources.home.home import Home
from sources.home.home_layout import ensure_layout

READY_SECONDS = 180.0

Say = Callable[[str], None]


class UpFailed(Exception):
    """A part could not be made or does not answer; the message says which, and where its log is."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM arrived while things were being started."""


@dataclass
class Phases:
    """Seconds of each phase, said as they end; phases run beside each other, so they do not add up."""

    say: Say
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        now = time.monotonic()
        self.say(f"  {name} : {now - began:.1f} s (à {now - self.started:.1f} s)")


def up(home: Home, demonstration: bool, ports: Ports, say: Say, announce: Callable[[Home, Ports], None]) -> None:
    """Run until Ctrl-C or SIGTERM; ``announce`` is called once everything answers.

    Where the settings say that pages alone are served, Superset alone is started, on what is published elsewhere.

    Raises ``HomeError``, ``ConfigurationError``, ``UpFailed``, ``PortTaken``, ``WriterBusy`` (another ``up`` on the
    same home), ``ServerFailure``, ``EnvironmentFailure``, ``PublisherFailure``, each with a French sentence.
    """
    with noting_refusals(home):
        configuration(home)
        ensure_layout(home)
        sign_in_variables(home)
        _hold_and_run(home, demonstration, ports, say, announce)


def _hold_and_run(
    home: Home, demonstration: bool, ports: Ports, say: Say, announce: Callable[[Home, Ports], None]
) -> None:
    is_alone = configuration(home).servers.pages_only
    with holding_up(home, ports):
        _check_ports(ports, is_alone)
        _look_for_programs(say, is_alone)
        supervisor = Supervisor(say)
        with _stopping_on_signals(supervisor):
            try:
                if is_alone:
                    _start_pages(home, ports, supervisor, say)
                else:
                    _start_everything(home, demonstration, ports, supervisor, say)
                announce(home, ports)
                forget_refusal(home)
                tell("READY=1")
                supervisor.watch()
            except Stopped:
                pass
            finally:
                tell("STOPPING=1")
                say("Arrêt…")
                supervisor.stop()
        say("Tout est arrêté.")


def _check_ports(ports: Ports, is_alone: bool) -> None:
    check_port_is_free(ports.superset, "Superset", "[servers] superset_port (ou --superset-port)", ports.host)
    if is_alone:
        return
    check_port_is_free(ports.dagster, "Dagster", "[servers] dagster_port (ou --dagster-port)", ports.host)
    if ports.dagster == ports.superset:
        raise PortTaken(
            f"Dagster et Superset ont le même port, {ports.dagster} : donnez-en un autre à l'un d'eux, avec "
            "[servers] dagster_port ou superset_port."
        )


def _look_for_programs(say: Say, is_alone: bool = False) -> None:
    """Before a minute of work: what the environment of Superset cannot be made without, and what the PDF cannot."""
    if not environment.is_installed():
        environment.find_uv()
    if not is_alone and find_chromium() is None:
        say("Aucun navigateur Chromium : le rapport du comité sera en HTML, sans PDF (« apt-get install chromium »).")


def _start_everything(home: Home, demonstration: bool, ports: Ports, supervisor: Supervisor, say: Say) -> None:
    """Servers are started, and started again, by this thread, for they live as long as it does; others wait."""
    phases = Phases(say)
    instance.write_settings(home)
    instance.tell_superset_its_metadata(home)
    instance.check_postgres_answers(home)
    _check_catalog(home, say)
    with ThreadPoolExecutor(2) as beside:
        try:
            prepared = beside.submit(_prepare_superset, home, phases)
            if needs_pass(home):
                with phases.phase("première passe, du dépôt à la publication"):
                    _first_pass(home, demonstration and is_empty(home), supervisor, say)
            start_dagster(home, ports, supervisor)
            dagster_answers = beside.submit(_wait_for_dagster, ports, supervisor, phases)
            supervisor.watch_until_done(prepared)
            superset = start_superset(home, ports, supervisor)
            superset_answers = beside.submit(_wait_for_superset, ports, superset, supervisor, phases)
            supervisor.watch_until_done(dagster_answers, superset_answers)
            with phases.phase("tableaux de bord publiés"):
                publish_pages(home, ports, say)
            _say_provider_problem(home, say)
        except BaseException:
            supervisor.ask_to_stop()
            end_helpers()
            raise


def _start_pages(home: Home, ports: Ports, supervisor: Supervisor, say: Say) -> None:
    """Superset alone: no pass, no Dagster. A release that is not there yet keeps it from nothing: pages follow."""
    phases = Phases(say)
    instance.tell_superset_its_metadata(home)
    instance.check_postgres_answers(home)
    with ThreadPoolExecutor(1) as beside:
        try:
            supervisor.watch_until_done(beside.submit(_prepare_superset, home, phases))
            superset = start_superset(home, ports, supervisor)
            supervisor.watch_until_done(beside.submit(_wait_for_superset, ports, superset, supervisor, phases))
            seen = seen_release(home)
            with phases.phase("tableaux de bord publiés"):
                publish_pages(home, ports, say)
            follow_releases(home, ports, say, seen, lambda: supervisor.is_stopping)
            _say_provider_problem(home, say)
        except BaseException:
            supervisor.ask_to_stop()
            end_helpers()
            raise


def _say_provider_problem(home: Home, say: Say) -> None:
    if problem := provider_problem(home):
        say(f"Personne ne pourra se connecter à Superset pour l'instant : {problem}.")


def _check_catalog(home: Home, say: Say) -> None:
    """Refuse settings that no pass could build with; a catalog that is down only stops passes, and pages stay up."""
    if (catalog := catalog_of(home)) is not None:
        try:
            check(catalog)
        except CatalogUnreachable as problem:
            say(f"[{incident_of(problem).code}] {problem}")


def needs_pass(home: Home) -> bool:
    """Whether nothing is published yet, or the models or the target changed since, or a drop waits."""
    release = current_release(home)
    if release is None or not instance.is_prepared(home):
        return True
    is_as_built = release.build.models_checksum == project_checksum(DBT_PROJECT)
    return not is_as_built or release.build.target != target_of(home) or archive.has_new_drops(home)


def is_empty(home: Home) -> bool:
    """Whether nothing was ever received, and nothing waits."""
    return not archive.receptions(home) and not archive.has_new_drops(home)


def _prepare_superset(home: Home, phases: Phases) -> None:
    with phases.phase("environnement de Superset"):
        environment.ensure_environment(phases.say)
    with phases.phase("métadonnées de Superset"):
        server.prepare(home.superset, home.published, phases.say)


def _first_pass(home: Home, demonstration: bool, supervisor: Supervisor, say: Say) -> None:
    """In a process of its own, which ends with its memory; its data problems do not stop the start."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root), *["--demo"] * demonstration]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                say(f"  {line.rstrip()}")
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if supervisor.is_stopping:
        raise Stopped
    if code > 1 and current_release(home) is None:
        raise UpFailed("La première passe a échoué et rien n'est encore publié : voir les messages ci-dessus.")
    if code > 1:
        say("La passe a échoué ; la publication précédente reste en place et les serveurs démarrent.")


def _wait_for_superset(ports: Ports, child: Child, supervisor: Supervisor, phases: Phases) -> None:
    with phases.phase("Superset répond"):
        server.wait_until_ready(
            ports.superset_url, READY_SECONDS, lambda: not child.has_failed and not supervisor.is_stopping
        )


def _wait_for_dagster(ports: Ports, supervisor: Supervisor, phases: Phases) -> None:
    deadline = time.monotonic() + READY_SECONDS
    with phases.phase("Dagster répond"):
        while not server.answers(f"{ports.dagster_url}/server_info"):
            if supervisor.is_stopping:
                raise Stopped
            if time.monotonic() > deadline:
                raise UpFailed(f"Dagster ne répond pas à l'adresse {ports.dagster_url} : voir logs/webserver.log.")
            time.sleep(0.2)


@contextmanager
def _stopping_on_signals(supervisor: Supervisor) -> Iterator[None]:
    """Ctrl-C and SIGTERM interrupt a start and end the watch; a second one does not cut the stop short."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        was_stopping = supervisor.is_stopping
        supervisor.ask_to_stop()
        if not was_stopping and threading.current_thread() is threading.main_thread():
            raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
