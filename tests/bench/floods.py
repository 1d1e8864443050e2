"""`/health` of Superset under each flood, beside the same server at rest, in one run.

    uv run python -m tests.bench.floods --home HOME [--seconds 8] [--only WORD…]

``HOME`` is one that ``cartographie run --demo`` made; it is copied. A process of its own asks for `/health` ten times
a second, each time by a new connection, first at rest and then while the flood goes on: its median and its worst. What
the flood itself was answered stands beside, so that a flood that never reached anything shows. Target: one second.

Belongs here: sending floods, asking meanwhile. Does not: what connections are held with (tests/attempts/floods.py).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import requests

from dashboards.files.bundle import chart_components, read_bundle
from dashboards.publishing.client import Session
from dashboards.serving.access import DEPOSITOR_ROLE, ENGINEER_ROLE, ESTABLISHMENT_ROLE, READER_ROLE
from dashboards.serving.server import ADMIN
from sources.home.home import Home
from tests.attempts.attacker import Place, question_of
from tests.attempts.floods import HELD, MIB, endless_address, endless_body, held_open, many_headers
from tests.attempts.test_door import Visitor
from tests.bench.served import Served, served

ESTABLISHMENT = "690781810"
PASSWORD = "Falaise-7-rivage-brun"
TARGET_SECONDS = 1.0
ENDLESS = {"addresses": endless_address, "bodies": endless_body, "heads of many lines": many_headers}
FORMS = {"fields": b"a&" * (12 * MIB), "signs": b"username=" + b"%C3" * (8 * MIB)}
STATEMENT = (
    "select count(*) from mart_answer a, mart_answer b, mart_answer c, mart_answer d "
    "where a.value_score < d.value_score"
)
TABLE = "select a.* from mart_answer a, mart_answer b limit 50000"
_ASK = """
import json, sys, time, urllib.request
found, until = [], time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    began = time.monotonic()
    try:
        is_well = urllib.request.urlopen(sys.argv[1], timeout=90).status == 200
    except OSError:
        is_well = False
    found.append(time.monotonic() - began if is_well else 999.0)
    time.sleep(0.1)
print(json.dumps(found))
"""
Said = str
Flood = tuple[str, int, Callable[[int], Said]]
"""Its name, how many send at once, and what each of them does again and again."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--only", nargs="+", default=[""], help="Parts of names of floods.")
    chosen = options.parse_args()
    with served(Home.locate(chosen.home), ESTABLISHMENT, with_door=True) as server:
        people = People(server)
        print("| flood | at rest: median, worst | flooded: median, worst | asked | what the flood was told |")
        print("| --- " * 5 + "|")
        for name, flooding in _floods(people, chosen.seconds):
            if any(word in name for word in chosen.only):
                _tell(server.url, name, flooding, chosen.seconds)
        print(f"\nload {os.getloadavg()[0]:.1f}; target {TARGET_SECONDS:.0f} s")


class People:
    """Accounts of each role on the server, logged in."""

    def __init__(self, server: Served) -> None:
        self.server = server
        admin = server.session(ADMIN)
        roles = {role["name"]: role["id"] for role in admin.every("security/roles")}
        self.place = Place.seen_by(admin)
        self.database = next(iter(admin.every("database")))["id"]
        own = [roles[ESTABLISHMENT_ROLE.format(ESTABLISHMENT)], roles[READER_ROLE]]
        self.charts = _charts_of("etablissement")
        self.readers = [self._added(admin, f"flot-{at}", own) for at in range(5)]
        self.engineer = self._added(admin, "flot-ing", [roles[ENGINEER_ROLE]])
        self._added(admin, "flot-depot", [*own, roles[DEPOSITOR_ROLE]])
        self.depositor = Visitor(server.url).log_in("flot-depot", PASSWORD)

    def _added(self, admin: Session, name: str, roles: list[int]) -> Session:
        account = {"username": name, "first_name": name, "last_name": "x", "email": f"{name}@x.invalid"}
        admin.call("POST", "security/users/", json={**account, "active": True, "password": PASSWORD, "roles": roles})
        return Session(self.server.url, name, PASSWORD)


def _charts_of(slug: str) -> list[tuple[str, str]]:
    """Each chart of a page by its title, with the mart that it reads."""
    bundle = read_bundle()
    [page] = [one for one in bundle.dashboards if one.content["slug"] == slug]
    there = {str(part["meta"]["uuid"]) for part in chart_components(page)}
    marts = {one.uuid: one.content["table_name"] for one in bundle.datasets}
    charts = [one.content for one in bundle.charts if one.uuid in there and "dataset_uuid" in one.content]
    return [(one["slice_name"], marts[one["dataset_uuid"]]) for one in charts]


def _floods(people: People, seconds: float) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each flood by name: what starts it and, left, ends it; entered, it gives the counts of what it was told."""
    host, port = people.server.url.removeprefix("http://").split(":")
    for count in (12, 300, 2_500):
        for name, opening in HELD.items():
            yield f"{count} × {name}", partial(held_open, host, int(port), opening, count)
    for name, endless in ENDLESS.items():
        yield f"endless {name}, 8 at once", partial(_again, 8, lambda _, send=endless: _status(send(host, int(port))))
    for name, form in FORMS.items():
        yield f"forms from nobody, 16 of 24 MiB at once ({name})", partial(_again, 16, partial(_form, people, form))
    yield "wrong passwords, 16 at once, each of another account", partial(_again, 16, partial(_login, people, False))
    yield "right passwords, 16 at once, five accounts", partial(_again, 16, partial(_login, people, True))
    yield "heaviest charts as JSON, CSV and XLSX, 5 readers, 20 at once", partial(_again, 20, partial(_chart, people))
    for name, sql in (("without end", STATEMENT), ("of 50,000 rows", TABLE)):
        yield f"statements {name}, one engineer, 16 at once", partial(_again, 16, partial(_sql, people, sql))
    yield "workbooks, one account, 60 at once", partial(_again, 60, partial(_workbook, people))
    yield "tables as XLSX, one account, 60 at once", partial(_again, 60, partial(_chart, people, reader=0, kind="xlsx"))


@contextmanager
def _again(count: int, send: Callable[[int], Said]) -> Iterator[Counter[Said]]:
    """``count`` threads that send again and again; what is at work at the end is waited for."""
    told: Counter[Said] = Counter()
    done = threading.Event()

    def go_on(at: int) -> None:
        while not done.is_set():
            try:
                said = send(at)
            except requests.RequestException as problem:
                said = type(problem).__name__
            told[said] += 1
            at += count

    threads = [threading.Thread(target=go_on, args=[at], daemon=True) for at in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        done.set()
        for thread in threads:
            thread.join(timeout=150)


def _status(answer: bytes) -> Said:
    return answer[9:12].decode(errors="replace") or "closed"


def _form(people: People, form: bytes, _: int) -> Said:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return str(requests.post(f"{people.server.url}/login/", data=form, headers=kind, timeout=120).status_code)


def _login(people: People, is_right: bool, at: int) -> Said:
    name, password = (f"flot-{at % 5}", PASSWORD) if is_right else (f"personne-{at}", f"faux-{at}")
    sent = {"username": name, "password": password, "provider": "db"}
    return str(requests.post(f"{people.server.url}/api/v1/security/login", json=sent, timeout=120).status_code)


def _chart(people: People, at: int, reader: int | None = None, kind: str = "") -> Said:
    chart, table = people.charts[at % len(people.charts)]
    session = people.readers[at % len(people.readers) if reader is None else reader]
    body = {
        "datasource": {"id": people.place.datasets[table], "type": "table"},
        "form_data": {"dashboardId": people.place.pages["etablissement"], "slice_id": people.place.charts[chart]},
        "queries": [question_of(chart)],
        "result_format": kind or ("json", "csv", "xlsx")[at % 3],
        "result_type": "full",
    }
    answer = session.session.post(f"{session.base_url}/chart/data", json=body, timeout=120)
    return str(answer.status_code)


def _sql(people: People, sql: str, at: int) -> Said:
    body = {"database_id": people.database, "sql": sql, "client_id": f"f{at}", "runAsync": False, "queryLimit": 50_000}
    answer = people.engineer.session.post(f"{people.engineer.base_url}/sqllab/execute/", json=body, timeout=150)
    return str(answer.status_code)


def _workbook(people: People, _: int) -> Said:
    cookies = people.depositor.session.cookies
    place = f"{people.server.url}/mes-envois/{ESTABLISHMENT}/classeur"
    return str(requests.get(place, cookies=cookies, timeout=150).status_code)


def _tell(url: str, name: str, flooding: Callable[[], Any], seconds: float) -> None:
    rest = _health(url, seconds / 2)
    with flooding() as told:
        flooded = _health(url, seconds)
    said = ", ".join(f"{count} × {answer}" for answer, count in (told or Counter()).most_common(4))
    sign = "" if max(flooded) < TARGET_SECONDS else " **past the target**"
    print(f"| {name} | {_both(rest)} | {_both(flooded)}{sign} | {len(flooded)} | {said or 'held'} |", flush=True)


def _health(url: str, seconds: float) -> list[float]:
    """Seconds of each answer, asked by a process that does nothing else and imports next to nothing."""
    command = [sys.executable, "-S", "-c", _ASK, f"{url}/health", str(seconds)]
    found: list[float] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return found


def _both(taken: list[float]) -> str:
    return f"{statistics.median(taken):.3f}, {max(taken):.3f}"


if __name__ == "__main__":
    main()
