"""Twenty depositors at the door: each tries a workbook of 25 rows once within 30 s, then all of them at once.

    uv run python -m tests.bench.door HOME [--accounts 20] [--rows 25] [--seconds 30]

``HOME`` is one on which ``up`` once ran; it is copied. The clock runs from the sending of the form to the verdict on
the page, through Superset and the resident reader. Beside it, in the same run: one account alone, and the verdict of
``check`` in one process.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dashboards.publishing.client import Session
from dashboards.serving.access import DEPOSITOR_ROLE, ESTABLISHMENT_ROLE
from dashboards.serving.server import read_accounts
from pipelines.engines.instance import socket_path
from pipelines.operations.door.asking import is_answering
from quality.batch.check import check_file
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.grid_template import write_grid_workbook
from sources.workbook.template.layout import question_codes
from tests.attempts.test_door import Visitor
from tests.dashboards.serving.servers import serving
from tests.faults.running import wait

ESTABLISHMENT = "690781810"
PASSWORD = "Falaise-7-rivage-brun"
TARGETS = "(targets: median 3 s, p95 6 s)"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    options.add_argument("--accounts", type=int, default=20)
    options.add_argument("--rows", type=int, default=25)
    options.add_argument("--seconds", type=float, default=30)
    arguments = options.parse_args()
    referential = load_referential()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        shutil.copytree(arguments.home, home.root, symlinks=True, ignore=shutil.ignore_patterns("*.sock"))
        path = write_grid_workbook(Path(folder) / "x.xlsx", referential, _submission(referential, arguments.rows))
        began = time.monotonic()
        check_file(path, referential)
        print(f"check, in one process   {time.monotonic() - began:6.2f} s")
        with _door(home) as url:
            visitors = _visitors(home, url, arguments.accounts)
            content = path.read_bytes()
            _seconds(visitors[0], content)  # the first of all reads the referential
            _tell("one account alone", [_seconds(visitors[0], content) for _ in range(3)])
            moments = sorted(random.Random(23).uniform(0, arguments.seconds) for _ in visitors)
            _tell(f"{len(visitors)} in {arguments.seconds:.0f} s {TARGETS}", _all(visitors, content, moments))
            _tell(f"{len(visitors)} at once", _all(visitors, content, [0.0] * len(visitors)))


def _submission(referential: Referential, rows: int) -> dict[str, list[dict[str, Any]]]:
    catalogue, questions = referential.codes("use_cases"), question_codes(referential)
    envelope = {"organisation": ESTABLISHMENT, "campagne": "Campagne 2026"}
    assessments = [
        {
            "evaluateur": f"MED-{at // len(catalogue):02d}",
            "role": "Médecin",
            "cas_usage": catalogue[at % len(catalogue)],
        }
        | dict.fromkeys(questions, "Fort")
        for at in range(rows)
    ]
    return {"etablissement": [envelope], "evaluations": assessments}


@contextmanager
def _door(home: Home) -> Iterator[str]:
    """Superset and the reader on a home, with tries unbounded: one account stands for several here."""
    sockets = {f"CARTOGRAPHIE_DOOR_{name.upper()}": str(socket_path(home, name)) for name in ("tries", "desk")}
    reader = subprocess.Popen([sys.executable, "-m", "pipelines.operations.door.serve", str(home.root)])
    try:
        wait(lambda: is_answering(home, 5), 120, "the reader does not answer", 0.2)
        variables = {**sockets, "CARTOGRAPHIE_TRIES": "200 per minute"}
        with serving(home.superset, home.published, home.superset / "log", variables) as url:
            yield url
    finally:
        reader.terminate()
        reader.wait(timeout=30)


def _visitors(home: Home, url: str, count: int) -> list[Visitor]:
    admin = Session(url, "admin", read_accounts(home.superset)["admin"])
    roles = {role["name"]: role["id"] for role in admin.every("security/roles")}
    own = [roles[DEPOSITOR_ROLE], roles[ESTABLISHMENT_ROLE.format(ESTABLISHMENT)]]
    visitors = []
    for number in range(count):
        name = f"banc-{number:02d}"
        account = {"username": name, "first_name": name, "last_name": "x", "email": f"{name}@x.invalid"}
        admin.call("POST", "security/users/", json={**account, "active": True, "password": PASSWORD, "roles": own})
        visitors.append(Visitor(url).log_in(name, PASSWORD))
    return visitors


def _seconds(visitor: Visitor, content: bytes, token: str = "") -> float:
    token = token or visitor.token(ESTABLISHMENT)
    began = time.monotonic()
    answer = visitor.post(f"{ESTABLISHMENT}/essais", token, [("envoi.xlsx", content)])
    assert "Rien n'a encore été envoyé" in answer.text, answer.status_code
    return time.monotonic() - began


def _all(visitors: list[Visitor], content: bytes, moments: list[float]) -> list[float]:
    tokens = [visitor.token(ESTABLISHMENT) for visitor in visitors]  # the page was opened before
    start = time.monotonic()

    def one(at: int) -> float:
        time.sleep(max(0.0, start + moments[at] - time.monotonic()))
        return _seconds(visitors[at], content, tokens[at])

    with ThreadPoolExecutor(len(visitors)) as threads:
        return list(threads.map(one, range(len(visitors))))


def _tell(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)) - 1)] if len(ordered) > 3 else ordered[-1]
    print(f"{what:50}  median {statistics.median(ordered):5.2f} s   p95 {p95:5.2f} s   most {ordered[-1]:5.2f} s")


if __name__ == "__main__":
    main()
