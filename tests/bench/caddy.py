"""The attempts of ``tests/attempts/test_smuggling`` and some more, on the Caddy that ``install`` writes, while it runs.

    uv run python -m tests.bench.caddy

Not a test: Caddy is no part of CI. Prints each attempt and what became of it; exits 1 when one was not held.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.operations.installation import write_installation
from sources.home.home import Home
from tests.attempts.behind_caddy import behind_caddy
from tests.attempts.behind_nginx import DAGSTER_HOST
from tests.attempts.floods import HELD, held_open
from tests.attempts.test_smuggling import AMBIGUOUS, FORGED, HOSTS, UPGRADES, Backend, sent

MIB = 2**20
SMALL = b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
BELIEVED = (b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Host")
PREFIX = {
    "another host in the proxy's name": b"X-Forwarded-Host: evil.example\r\n",
    "another path in the proxy's name": b"X-Forwarded-Prefix: //evil.example\r\n",
}

WEBSOCKET = {"a WebSocket": b"Upgrade: WebSocket\r\nConnection: Upgrade\r\n"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [*_accepted(Path(folder) / "v"), *_attempts(Path(folder))]
    for name, is_held, told in outcomes:
        print(f"{'held' if is_held else 'NOT HELD':9} {name:55} {told}")
    sys.exit(not all(is_held for _, is_held, _ in outcomes))


Outcome = tuple[str, bool, str]


def _accepted(folder: Path) -> Iterator[Outcome]:
    """The file as it is written, with a password's hash in its place."""
    home = Home(folder / "home")
    home.root.mkdir(parents=True)
    write_installation(home, folder)
    file = folder / "Caddyfile"
    hashed = subprocess.run(["caddy", "hash-password", "--plaintext", "x"], capture_output=True, text=True, check=True)
    file.write_text(file.read_text().replace("REMPLACEZ_PAR_LE_CONDENSAT", hashed.stdout.strip()))
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1][:200]
    yield "the file as it is written is taken by Caddy", done.returncode == 0, said


def _attempts(folder: Path) -> Iterator[Outcome]:
    for name, raw in AMBIGUOUS.items():
        with _served(folder / f"a{abs(hash(name))}") as (port, backend, _):
            sent(port, raw)
            time.sleep(0.1)
        yield name, not any(map(_hides_another, backend.heard)), _heads(backend)
    for name, header in (FORGED | PREFIX).items():
        with _served(folder / f"f{abs(hash(name))}") as (port, backend, _):
            sent(port, SMALL.replace(b"Connection", header + b"Connection"))
        believed = [line for line in b"".join(backend.heard).split(b"\r\n") if b"orwarded" in line]
        wrong = [line for line in believed if line.startswith(BELIEVED) and (b"10.9.8.7" in line or b"evil" in line)]
        yield name, not wrong, str(believed)
    for name, raw in HOSTS.items():
        with _served(folder / f"h{abs(hash(name))}") as (port, backend, dagster):
            sent(port, raw.encode() + b"Connection: close\r\n\r\n")
        crossed = [heard for heard in backend.heard if DAGSTER_HOST.encode() in heard]
        crossed += [heard for heard in dagster.heard if b"Host: localhost" in heard]
        yield f"names of hosts: {name}", not crossed, f"{len(backend.heard)} pages, {len(dagster.heard)} Dagster"
    yield from _upgrades(folder)
    yield from _sizes(folder / "s")
    for name, opening in HELD.items():
        with _served(folder / f"w{abs(hash(name))}") as (port, _, _), held_open("127.0.0.1", port, opening, 300):
            began = time.monotonic()
            answered = sent(port, SMALL)
            took = time.monotonic() - began
        yield f"300 × {name}", answered.startswith(b"HTTP/1.1 200") and took < 1, f"{took:.2f} s"
    yield from _closed(folder / "c")


def _upgrades(folder: Path) -> Iterator[Outcome]:
    """To Dagster's page a WebSocket alone; the pages have none."""
    for name, said in (UPGRADES | WEBSOCKET).items():
        for host in ("localhost", DAGSTER_HOST):
            with _served(folder / f"u{abs(hash(name + host))}") as (port, backend, dagster):
                sent(port, f"GET /x HTTP/1.1\r\nHost: {host}\r\n".encode() + said + b"\r\n")
            [heard] = dagster.heard if host == DAGSTER_HOST else backend.heard
            told = sorted(line for line in heard.lower().split(b"\r\n") if line.startswith((b"upgrade", b"connection")))
            wanted = (
                [b"connection: upgrade", b"upgrade: websocket"] if name in WEBSOCKET and host == DAGSTER_HOST else []
            )
            yield f"{name}, {host}", told == wanted, str(told)


def _sizes(folder: Path) -> Iterator[Outcome]:
    with _served(folder) as (port, backend, _):
        head = b"GET /x?q=" + b"a" * MIB + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        answer = sent(port, head)
        yield "an address of 1 MiB", not backend.heard, _status(answer)
        answer = sent(port, b"GET /x HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n")
        yield "a hundred thousand headers", not backend.heard, _status(answer)
        answer = sent(port, b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000000\r\n\r\n" + b"a" * MIB)
        yield "a body said to be of 2 GB", b" 413 " in answer and not backend.heard, _status(answer)
        answer = sent(port, b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0029000000\r\n\r\n" + b"a" * MIB)
        yield "a length that begins with noughts", sum(map(len, backend.heard)) < 29 * MIB, _status(answer)
        backend.heard.clear()
        chunk = b"100000\r\n" + b"a" * MIB + b"\r\n"
        raw = b"POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 64 + b"0\r\n\r\n"
        answer = b""
        with suppress(OSError):
            answer = sent(port, raw)
        passed = sum(map(len, backend.heard)) / MIB
        yield "chunks without end (64 MiB)", passed < 30, f"{passed:.0f} MiB reached the server; {_status(answer)}"


def _closed(folder: Path) -> Iterator[Outcome]:
    """What begins and never ends is closed by Caddy, in the time that its file says."""
    with _served(folder) as (port, _, _):
        for name, opening in HELD.items():
            began = time.monotonic()
            with socket.create_connection(("127.0.0.1", port), timeout=90) as connection:
                connection.sendall(opening())
                with suppress(OSError):
                    while connection.recv(65536):
                        pass
            took = time.monotonic() - began
            yield f"{name}: closed", took < 80, f"after {took:.0f} s"


@contextmanager
def _served(folder: Path) -> Iterator[tuple[int, Backend, Backend]]:
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        backends = [Backend(listening.getsockname()[1]) for listening in (one, other)]
        for backend, listening in zip(backends, (one, other), strict=True):
            threading.Thread(target=backend.serve, args=[listening], daemon=True).start()
        with behind_caddy(backends[0].port, folder, backends[1].port) as port:
            yield port, backends[0], backends[1]
        for listening in (one, other):
            listening.shutdown(socket.SHUT_RDWR)


def _hides_another(heard: bytes) -> bool:
    head = heard.partition(b"\r\n\r\n")[0]
    lines = head.split(b"\r\n")
    lengths = sum(line.lower().startswith((b"content-length:", b"transfer-encoding:")) for line in lines)
    is_second = b"GET /hidden" in heard and b"Transfer-Encoding: chunked" not in head
    upgrades = any(b"upgrade" in line.lower() for line in lines)
    return is_second or upgrades or lengths > 1 or any(line.startswith(b"GET /hidden") for line in lines[1:])


def _heads(backend: Backend) -> str:
    return str([heard[:160] for heard in backend.heard])


def _status(answer: bytes) -> str:
    return answer.split(b"\r\n")[0].decode(errors="replace") or "no answer"


if __name__ == "__main__":
    main()
