"""Reading files in capped processes: whatever a file holds, there is an answer in time and the next one is read.

Belongs here: asking and waiting. Does not: the processes (``reader_process``) nor reading (``reading``).

One process of this kind is started at first need and lives as long as those who hold its input; it forks a child for
each connection, in a millisecond, so no file pays for the start of an interpreter. A child reads many files; after an
incident, or when it has grown, it is left and another is forked. A process forked from this one uses the same.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reader_process import LENGTH, TOO_MUCH, WAITING
from sources.workbook.reading import RawSheet

MEMORY_BYTES = 900 * 2**20
SECONDS = 25.0
"""Of computing, for one file: on a machine that is free the answer comes within thirty."""

_GRACE_SECONDS = 4.0
"""A child that ended that early is asked again, once: it may have been killed, and the answer still comes in time."""

_STOPPING_SECONDS = 60.0
_BUFFER_BYTES = 2**16


class _SystemRefusal(Exception):
    """The child could not open the file: errno, reason, path."""


class _ChildEnded(Exception):
    """The child ended, or went on for too long, before its answer."""


class _Connection:
    """One child, as seen from here."""

    def __init__(self, socket_path: str, timeout_seconds: float) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(socket_path)
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(timeout_seconds)
        self._answers = self._socket.makefile("rb", buffering=_BUFFER_BYTES)

    def close(self) -> None:
        self._answers.close()
        self._socket.close()

    def read(self, path: Path) -> tuple[list[RawSheet], bool]:
        """What the child answers, and whether it may read more.

        Raises ``UnreadableFileError``; ``EOFError`` or ``OSError`` when the child ends before its answer.
        """
        self._socket.sendall(os.fsencode(path.absolute()).hex().encode() + b"\n")
        sheets: list[RawSheet] = []
        while True:
            kind, *content = self._message()
            if kind == "whole":
                return [RawSheet(**fields) for fields in content[0]], content[1]
            if kind == "sheet":
                sheets.append(RawSheet(**content[0]))
            elif kind == "rows":
                sheets[-1].rows.extend(content[0])
            elif kind == "unreadable":
                raise UnreadableFileError(*content)
            elif kind == "failed":
                raise _SystemRefusal(*content, str(path))
            else:
                return sheets, content[0]

    def _message(self) -> tuple[Any, ...]:
        (size,) = LENGTH.unpack(self._exactly(LENGTH.size))
        message: tuple[Any, ...] = marshal.loads(self._exactly(size))
        return message

    def _exactly(self, size: int) -> bytes:
        content = self._answers.read(size)
        if len(content) < size:
            raise EOFError
        return content


class ReaderPool:
    """Reads files in children with at most ``memory_bytes`` of address space and ``seconds`` of computing a file."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES, seconds: float = SECONDS) -> None:
        self._memory_bytes, self._seconds = memory_bytes, seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket_path = ""
        self._idle: list[_Connection] = []
        os.register_at_fork(after_in_child=self._forget_connections)

    def limit(self, memory_bytes: int, seconds: float) -> None:
        """Other limits; they hold for a process that is started after this."""
        self._memory_bytes, self._seconds = memory_bytes, seconds

    @property
    def process_id(self) -> int | None:
        """The process that reads, or None before the first need."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process that reads, unless it runs already; for the one that started it, or nobody yet."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()

    def read(self, path: Path) -> list[RawSheet]:
        """The sheets of the file at ``path``.

        Raises:
            UnreadableFileError: what ``read_workbook`` raises, and E0008 when the reading had to be stopped.
            OSError: the file cannot be opened.
        """
        started = time.monotonic()
        try:
            try:
                return self._ask(path)
            except _ChildEnded:
                if time.monotonic() - started >= _GRACE_SECONDS:
                    raise
                return self._ask(path)
        except _ChildEnded as ended:
            too_long = time.monotonic() - started >= self._seconds
            found = f"plus de {self._seconds:.0f} secondes" if too_long else "plus de mémoire qu'il n'est permis"
            raise UnreadableFileError(TOO_MUCH, found) from ended

    def _ask(self, path: Path) -> list[RawSheet]:
        """What one child says of the file; raises ``_ChildEnded`` when it ends before its answer."""
        connection = self._take()
        try:
            sheets, may_read_more = connection.read(path)
        except UnreadableFileError as error:
            self._give_back(connection, error.rule_code != TOO_MUCH)
            raise
        except _SystemRefusal as refusal:
            self._give_back(connection, True)
            raise OSError(*refusal.args) from None
        except (OSError, EOFError) as error:
            connection.close()
            raise _ChildEnded from error
        except BaseException:
            connection.close()
            raise
        self._give_back(connection, may_read_more)
        return sheets

    def close(self) -> None:
        """Let the children and their process end."""
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._stop()

    def _take(self) -> _Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if self._process is None:
                self._start()
            try:
                return self._connect()
            except OSError:  # It was stopped from outside.
                self._stop()
                self._start()
                return self._connect()

    def _give_back(self, connection: _Connection, is_fit: bool) -> None:
        if is_fit:
            with self._lock:
                self._idle.append(connection)
        else:
            connection.close()

    def _connect(self) -> _Connection:
        return _Connection(self._socket_path, self._seconds * WAITING + _GRACE_SECONDS)

    def _start(self) -> None:
        self._forget_socket()
        self._socket_path = str(Path(tempfile.mkdtemp(prefix="cartographie-readers-")) / "socket")
        limits = [str(self._memory_bytes), str(self._seconds)]
        process = subprocess.Popen(
            [sys.executable, "-m", "sources.workbook.reader_process", self._socket_path, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            process.kill()
            raise OSError(f"le processus de lecture ne démarre pas (code {process.wait()})")
        process.stdout.close()
        self._process = process

    def _stop(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired, ChildProcessError):
                self._process.wait(_STOPPING_SECONDS)
        self._process = None

    def _forget_socket(self) -> None:
        """One that was killed leaves its socket behind."""
        if self._socket_path:
            shutil.rmtree(Path(self._socket_path).parent, ignore_errors=True)

    def _forget_connections(self) -> None:
        """In a forked process: the connections are its parent's; the process that reads is everybody's."""
        self._lock = threading.Lock()
        for connection in self._idle:
            connection.close()
        self._idle = []


READERS = ReaderPool()
"""The pool of this process."""
