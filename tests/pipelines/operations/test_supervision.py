"""Children are started again when they die, and all stopped at the end."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.operations import supervision
from pipelines.operations.supervision import Child, PortTaken, Supervisor, check_port_is_free

SLEEP = [sys.executable, "-c", "import time; print('started', flush=True); time.sleep(600)"]
IGNORE = "import signal, time; signal.signal(15, signal.SIG_IGN); print('started', flush=True); time.sleep(600)"
DEAF = [sys.executable, "-c", IGNORE]


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_a_child_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.1)
    said: list[str] = []
    supervisor = Supervisor(said.append)
    child = supervisor.start(Child("Le serveur", SLEEP, tmp_path / "log"))
    watching = threading.Thread(target=supervisor.watch)
    try:
        assert child.process is not None
        first = child.process
        watching.start()
        first.kill()
        wait(lambda: child.process is not first and child.is_alive)
        assert "Le serveur s'est arrêté" in said[0] and str(tmp_path / "log") in said[0]
    finally:
        supervisor.ask_to_stop()
        watching.join()
        supervisor.stop()
    assert not child.is_alive


def test_a_child_that_dies_while_a_work_beside_is_waited_for_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.1)
    supervisor = Supervisor(lambda _: None)
    child = supervisor.start(Child("Le serveur", SLEEP, tmp_path / "log"))
    first = child.process
    assert first is not None
    with ThreadPoolExecutor(1) as beside:
        first.kill()
        supervisor.watch_until_done(beside.submit(wait, lambda: child.process is not first and child.is_alive))
    supervisor.stop()
    assert first.returncode < 0


def test_what_a_work_beside_raises_ends_the_wait_for_the_others() -> None:
    supervisor = Supervisor(lambda _: None)
    ended = threading.Event()
    with ThreadPoolExecutor(2) as beside:
        works = beside.submit(int, "nothing"), beside.submit(ended.wait)
        with pytest.raises(ValueError, match="nothing"):
            supervisor.watch_until_done(*works)
        assert not works[1].done()
        ended.set()


@pytest.mark.parametrize(("command", "has_failed"), [("", False), ("raise SystemExit(3)", True), (IGNORE, False)])
def test_only_a_child_that_ended_by_itself_with_an_error_has_failed(
    tmp_path: Path, command: str, has_failed: bool
) -> None:
    child = Child("Le serveur", [sys.executable, "-c", command], tmp_path / "log")
    child.start()
    assert child.process is not None
    if command == IGNORE:
        child.process.kill()
    child.process.wait()
    assert child.has_failed is has_failed


@pytest.mark.parametrize(("well_seconds", "pauses"), [(3600.0, ["1 s", "2 s"]), (0.0, ["1 s", "1 s"])])
def test_the_pause_doubles_but_for_one_that_had_run_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, well_seconds: float, pauses: list[str]
) -> None:
    monkeypatch.setattr(supervision, "WELL_SECONDS", well_seconds)
    said: list[str] = []
    supervisor = Supervisor(said.append)
    child = supervisor.start(Child("Le serveur", [sys.executable, "-c", ""], tmp_path / "log"))
    for _ in pauses:
        wait(lambda: not child.is_alive)
        supervisor._revive(child)  # says the pause
        child.starts_again_at = 0.001
        supervisor._revive(child)  # starts it again
    assert [line.split(" dans ")[1].split(" (")[0] for line in said] == pauses


def test_a_child_that_will_not_stop_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "STOP_SECONDS", 0.3)
    supervisor = Supervisor(lambda _: None)
    children = [supervisor.start(Child(name, DEAF, tmp_path / name)) for name in ("un", "deux")]
    wait(lambda: all((tmp_path / name).read_text() for name in ("un", "deux")))
    supervisor.stop()
    assert [child.is_alive for child in children] == [False, False]


def test_a_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "LOG_BYTES_KEPT", 10)
    log = tmp_path / "server.log"
    log.write_text("a long log of before")
    supervisor = Supervisor(lambda _: None)
    supervisor.start(Child("serveur", SLEEP, log))
    wait(lambda: log.read_text() == "started\n")
    supervisor.stop()
    assert (tmp_path / "server.1.log").read_text() == "a long log of before"


def test_a_log_that_grows_for_months_is_put_aside_under_its_running_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "LOG_LOOK_SECONDS", 0.1)
    talk = "import time\nwhile True:\n    print('a line of forty characters', flush=True)\n    time.sleep(0.01)"
    log = tmp_path / "server.log"
    supervisor = Supervisor(lambda _: None)
    child = supervisor.start(Child("serveur", [sys.executable, "-c", talk], log, log_bytes_kept=1000))
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    try:
        wait(lambda: (tmp_path / "server.1.log").exists() and 0 < log.stat().st_size < 1000)
        assert child.is_alive and log.read_bytes().startswith(b"a line")
    finally:
        supervisor.ask_to_stop()
        watching.join()
        supervisor.stop()


def test_a_child_does_not_speak_to_the_service_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only ``up`` says when all is ready, however the child's own environment was made."""
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/notify")
    say = "import os, time; print(os.environ.get('NOTIFY_SOCKET'), flush=True); time.sleep(600)"
    supervisor = Supervisor(lambda _: None)
    supervisor.start(Child("serveur", [sys.executable, "-c", say], tmp_path / "log", dict(os.environ)))
    wait(lambda: (tmp_path / "log").read_text() == "None\n")
    supervisor.stop()


def test_a_taken_port_is_told_with_the_option_that_changes_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match="--superset-port"):
            check_port_is_free(taken.getsockname()[1], "Superset", "--superset-port")


def test_a_free_port_is_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_port_is_free(port, "Dagster", "--dagster-port")
