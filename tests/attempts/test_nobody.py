"""Nobody in particular, without an account: who floods the server, guesses passwords, comes by another name.

Belongs here: what can be sent without logging in. Does not: readers and coordinators, who have accounts.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from dashboards.serving.environment import ROOT, ensure_environment
from tests import needs
from tests.attempts.behind_nginx import behind_nginx
from tests.attempts.floods import HELD, MIB, endless_address, endless_body, held_open, many_headers
from tests.attempts.test_roles import signed_in
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

PATIENCE_SECONDS = 5.0
"""Given to an answer under a flood, on a machine that does other work: without the front it never came."""
ENDLESS: dict[str, Callable[[str, int], bytes]] = {
    "an address of 20 MiB": endless_address,
    "a body of 2 GB": endless_body,
    "eight thousand headers": many_headers,
}


def place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    return parts.hostname, parts.port


def is_well(url: str) -> bool:
    return requests.get(f"{url}/health", timeout=PATIENCE_SECONDS).status_code == 200


@pytest.mark.parametrize("count", [12, 300])
@pytest.mark.parametrize("flood", HELD)
def test_held_connections_keep_nobody_from_an_answer(server: Server, flood: str, count: int) -> None:
    """Would have silenced all pages, with twelve connections."""
    with held_open(*place(server.url), HELD[flood], count):
        assert all(is_well(server.url) for _ in range(3))


@pytest.mark.parametrize("flood", ENDLESS)
def test_what_never_ends_is_cut_short_while_others_are_answered(server: Server, flood: str) -> None:
    """Would have cost half a minute of one of eight threads for each address, and memory for each body."""
    said: list[bytes] = []
    senders = [threading.Thread(target=lambda: said.append(ENDLESS[flood](*place(server.url)))) for _ in range(4)]
    for sender in senders:
        sender.start()
    assert is_well(server.url)
    for sender in senders:
        sender.join()
    assert len(said) == 4 and not any(b" 200 " in answer for answer in said)


FORMS = {
    "fields": b"a&" * (12 * MIB),
    "signs": b"username=" + b"%C3" * (8 * MIB),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_long_to_take_apart_is_not_taken_apart(server: Server, form: str) -> None:
    """Eight such forms, each read before anybody asks who sends it, silenced everything for half a minute."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    def send(_: int) -> int:
        return requests.post(f"{server.url}/login/", data=FORMS[form], headers=kind, timeout=120).status_code

    with ThreadPoolExecutor(8) as threads:
        sent = threads.map(send, range(16))
        assert all(is_well(server.url) for _ in range(5))
        assert set(sent) == {401}


def test_more_connections_than_are_kept_close_the_oldest_and_not_the_newest(server: Server) -> None:
    """Would have had the server take no new connection until somebody leaves."""
    with held_open(*place(server.url), HELD["unfinished heads"], 2_500):
        assert all(is_well(server.url) for _ in range(3))


def test_a_slow_question_is_closed_in_time(server: Server) -> None:
    """Would have held a connection for as long as one byte a second is sent."""
    with socket.create_connection(place(server.url), timeout=60) as slow:
        slow.settimeout(1.0)
        slow.sendall(HELD["unfinished heads"]())
        began = time.monotonic()
        while time.monotonic() < began + 55:
            try:
                slow.sendall(b"a")
                if slow.recv(100) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
    raise AssertionError("still open")


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["evil.example", "evil.example:8088", "127.0.0.1.evil.example", "[::2]"])
def test_another_name_is_refused_and_not_repeated(server: Server, name: str) -> None:
    """Would have sent a person on to an address of the attacker's choice, from a link to this server."""
    answer = requests.get(f"{server.url}/superset/welcome/", headers={"Host": name}, allow_redirects=False, timeout=30)
    assert answer.status_code == 400
    assert "evil" not in answer.text + str(answer.headers)


def test_what_a_proxy_would_say_is_not_believed_of_anybody(server: Server) -> None:
    """Would have given each guess of a password an address, and so a limit, of its own."""
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
    answer = requests.get(f"{server.url}/superset/welcome/", headers=forged, allow_redirects=False, timeout=30)
    assert "evil" not in answer.text + str(answer.headers)


# --- guessing -----------------------------------------------------------------------------------------------------

# Of nobody else: the account is closed for a while.
SPELLINGS = ["guessed", "GUESSED", "Guessed", "gUESSED", "guessed@x.invalid"]


def test_a_password_is_not_guessed_by_spelling_the_account_otherwise_or_by_asking_another_process(
    server: Server,
) -> None:
    """Would have given ten guesses more for each spelling, and for each of the server's processes."""
    address = f"{server.url}/api/v1/security/login"
    codes = []
    for attempt in range(14):
        sent = {"username": SPELLINGS[attempt % len(SPELLINGS)], "password": f"x{attempt}", "provider": "db"}
        codes.append(requests.post(address, json=sent, timeout=30).status_code)
    assert codes[:10] == [401] * 10
    assert set(codes[10:]) == {429}


class FromAnother(HTTPAdapter):
    """Connections that come from another address of this machine: no other test waits for what fails there."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named, source_address=("127.0.0.2", 0))


def test_what_others_fail_at_an_address_keeps_nobody_out_who_is_known_there(server: Server) -> None:
    """A hundred wrong passwords closed the login to a whole hospital, which comes from one address."""
    browser = requests.Session()
    browser.mount("http://", FromAnother())

    def log_in(name: str, password: str) -> int:
        sent = {"username": name, "password": password, "provider": "db"}
        return browser.post(f"{server.url}/api/v1/security/login", json=sent, timeout=60).status_code

    assert log_in("coordination", server.password("coordination")) == requests.codes.ok
    failed = [log_in(f"personne-{at}", "faux") for at in range(70)]
    assert failed[:60] == [401] * 60 and set(failed[60:]) == {429}, "many names are not tried without end"
    assert log_in("coordination", server.password("coordination")) == requests.codes.ok
    assert log_in("editeur", server.password("editeur")) == 429, "whom nobody knows there waits"
    own = [log_in("coordination", "faux") for _ in range(12)]
    assert own[:10] == [401] * 10 and set(own[10:]) == {429}, "and a known name is not guessed there either"


def test_the_journal_keeps_nothing_of_nobody_and_little_of_a_request(server: Server) -> None:
    """Sixty thousand bytes a request in the metadata, by whoever finds the port, until the disk is full."""
    long = f"z={'a' * 15_000}"
    before = journal(server)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("superset/welcome/", "superset/dashboard/accueil/", "datasource/save/"):
        requests.get(f"{server.url}/{path}?{long}", allow_redirects=False, timeout=60)
        requests.post(f"{server.url}/{path}", data=long, headers=form, allow_redirects=False, timeout=60)
    assert journal(server) == before
    reader = signed_in(server, "lecteur-hcl", "")
    reader.get(f"{server.url}/superset/dashboard/accueil-etablissement/?{long}", timeout=60)
    events = json.dumps([{"event_name": "x", "source": "dashboard", "source_id": 1}] * 1_000)
    reader.post(f"{server.url}/superset/log/?explode=events", data={"events": events}, timeout=60)
    added = journal(server)[len(before) :]
    assert 1 <= len(added) <= 3 and max(map(len, added)) < 5_000


def journal(server: Server) -> list[str]:
    with closing(sqlite3.connect(server.superset_home / "metadata.db")) as metadata:
        rows = metadata.execute("select coalesce(json, '') || coalesce(referrer, '') from logs order by id")
        return [said for (said,) in rows]


def test_who_is_not_logged_in_learns_of_nobody(server: Server) -> None:
    """Would have listed accounts, pages and data to whoever finds the port."""
    for path in ("security/users/", "dashboard/", "chart/", "dashboard/related/owners", "me/", "dataset/", "log/"):
        answer = requests.get(f"{server.url}/api/v1/{path}", timeout=30, allow_redirects=False)
        assert answer.status_code in {401, 403, 302} or answer.json().get("result") in ([], None), path


# --- the proxy in front -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxied(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server behind the nginx that `install` writes, without its certificates."""
    with behind_nginx(place(server.url)[1], tmp_path_factory.mktemp("proxy")) as port:
        yield f"http://localhost:{port}"


@needs.nginx
@pytest.mark.parametrize("flood", HELD)
def test_behind_the_proxy_too(proxied: str, flood: str) -> None:
    """Would have silenced the installation that a hospital sees, proxy and all."""
    with held_open(*place(proxied), HELD[flood], 60):
        assert all(is_well(proxied) for _ in range(3))


@needs.nginx
@pytest.mark.parametrize("flood", ENDLESS)
def test_the_proxy_cuts_short_what_never_ends(proxied: str, flood: str) -> None:
    """Would have let the address through to a server that does not bound it."""
    said = ENDLESS[flood](*place(proxied))
    assert b" 200 " not in said
    assert is_well(proxied)


def test_the_server_says_in_words_that_a_session_is_over(server: Server) -> None:
    """Would have closed the connection on a browser that still sends: it shows an error of its own."""
    answer = requests.post(f"{server.url}/mes-envois/690781810/essais", data=b"x" * (40 * MIB), timeout=60)
    assert answer.status_code == 401 and answer.text.startswith("Votre session est terminée")


@needs.nginx
def test_the_proxy_says_in_words_what_is_too_large(proxied: str) -> None:
    """Would have shown nginx's own page in English to who sends a workbook full of images."""
    answer = requests.post(f"{proxied}/mes-envois/690781810/essais", data=b"x" * (40 * MIB), timeout=60)
    assert answer.status_code == 413 and answer.encoding == "utf-8"
    assert answer.text.startswith("Trop volumineux : 25 Mio au plus") and "Rien n'a été gardé" in answer.text


# --- what the server's log says --------------------------------------------------------------------------------------

_SAID = """
import logging, traceback
from dashboards.superset.statements.log import WithoutStatements
try:
    try:
        raise KeyError("marque-une")
    except KeyError as first:
        raise ValueError("select marque-deux") from first
except ValueError as failed:
    told = logging.LogRecord("x", 40, "x.py", 1, "Traceback: %s", (traceback.format_exc(),), None)
    raised = logging.LogRecord("x", 40, "x.py", 1, "%s", (failed,), (ValueError, failed, failed.__traceback__))
    for record in (told, raised):
        print(WithoutStatements("%(levelname)s:%(message)s").format(record))
"""


@pytest.mark.superset
def test_a_trace_that_is_told_as_a_message_holds_no_values() -> None:
    """Superset writes some traces as the text of a line: what stood after the first of them was not looked at."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [str(ensure_environment(lambda _: None)), "-c", _SAID]
    said = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout
    assert "marque" not in said
    assert said.startswith("ERROR:Traceback: […]") and "Traceback of builtins.ValueError" in said
