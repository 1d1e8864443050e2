"""The short form of the faults: passes killed once in each stage, then a running ``up`` and each of its pieces."""

import random
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.engines.instance import socket_path
from pipelines.operations.door.messages import receive, send
from pipelines.orchestration.jobs import ANALYSIS_JOB, EXPORTS_JOB, INTAKE_JOB
from sources.archive import archive
from sources.home.home import Home
from tests.faults.conftest import DROPS, SEED, copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import STAGES, drop, finish_pass, kill_in, name_of, purpose_of_writer, stage_of
from tests.faults.running import (
    CODE,
    DAEMON,
    EVERYTHING,
    FORK_SERVER,
    READER,
    RUN_WORKER,
    SUPERSET,
    SUPERSET_WORKER,
    UP,
    WEBSERVER,
    running,
    wait,
    wait_until_settled,
)
from tests.pipelines.conftest import LYON

DEPOSITOR = "depot-lyon"


def test_killed_once_in_each_stage_nothing_is_lost_or_twice(
    demo_home: Home, peaceful: tuple[Home, dict[str, float]], tmp_path: Path, chance: random.Random
) -> None:
    undisturbed, seconds = peaceful
    home = copy_of(demo_home, tmp_path / "home")
    reached: dict[str, str | None] = {}
    dropped = 0
    for job in (INTAKE_JOB, ANALYSIS_JOB, EXPORTS_JOB):
        for stage in (stage for stage in STAGES if stage.job == job):
            if dropped < DROPS:
                drop(home, dropped)
                dropped += 1
            reached[stage.phase] = kill_in(home, stage, chance.uniform(0, 0.5), seconds, tmp_path / "said")
        finish_pass(home, tmp_path / "said", [job])
    print(f"seed {SEED}, stage asked for → stage reached: {reached}")
    missed = [asked for asked, found in reached.items() if found is None]
    assert len(missed) <= 1, f"kills that came after the end: {missed}"
    assert sum(asked == found for asked, found in reached.items()) > len(reached) // 2, "most kills reach their stage"
    assert_nothing_lost_or_twice(home, undisturbed)


def send_through_the_door(home: Home, number: int) -> None:
    """The drop of this number, tried and sent by a depositor instead of laid in the folder."""
    path = drop(home, number, f".{name_of(number)}")  # a name that the intake leaves alone
    content = path.read_bytes()
    path.unlink()
    own = {"establishment": LYON, "account": DEPOSITOR}
    files = [{"name": name_of(number), "size": len(content)}]
    tried = ask(home, "tries", {"act": "try", "files": files, **own}, content)
    sent = ask(home, "desk", {"act": "send", "number": tried["number"], "sent_by": DEPOSITOR, **own})
    assert sent == {"status": "ok", "names": [name_of(number)]}


def ask(home: Home, place: str, said: dict[str, Any], content: bytes = b"") -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(socket_path(home, place)))
        send(connection, said, content)
        return receive(connection)[0]


@pytest.mark.superset
@pytest.mark.slow
def test_a_running_up_is_killed_piece_by_piece_and_loses_nothing(
    demo_home: Home, peaceful: tuple[Home, dict[str, float]], tmp_path: Path, chance: random.Random
) -> None:
    home = copy_of(demo_home, tmp_path / "home")
    reached: dict[str, str] = {}
    with running(home, tmp_path / "said") as up:
        drop(home, 0)
        up.start()
        time.sleep(chance.uniform(3, 12))
        reached[EVERYTHING] = stage_of(up.stage())
        up.kill(EVERYTHING)
        up.start()
        up.wait_until_ready()
        up.wait_until_whole()

        drop(home, 1)
        wait(lambda: bool(purpose_of_writer(home) and up.pieces(RUN_WORKER)), 120, "no run is started", 0.01)
        time.sleep(chance.uniform(0, 2))
        for piece in (READER, FORK_SERVER, CODE, DAEMON, WEBSERVER, SUPERSET_WORKER, SUPERSET, RUN_WORKER):
            reached[piece] = stage_of(up.stage())
            assert up.kill(piece), f"{piece} was not there"
        for number in range(2, DROPS - 1):
            drop(home, number)
        up.wait_until_whole()

        send_through_the_door(home, DROPS - 1)
        reached[UP] = stage_of(up.stage())
        up.kill(UP)
        up.start_again()
        up.wait_until_ready()
        up.wait_until_whole()
        wait_until_settled(home, DROPS)
        assert up.stop() == 0, up.said()
        wait(lambda: not up.processes(), 30, "processes of a stopped up still run")
    print(f"seed {SEED}, piece → stage reached: {reached}")
    assert archive.receptions(home)[-1].sent_by == DEPOSITOR
    assert_nothing_lost_or_twice(home, peaceful[0])
