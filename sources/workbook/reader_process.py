"""The process that reads files for others, each in a child of its own with limits on memory and time.

Belongs here: the other side of ``pool``. Does not: reading itself (``reading``), nor anything heavy to import: every
child is forked from this process, which has one thread and nothing but the reader in memory.
Run as ``python -m sources.workbook.reader_process SOCKET MEMORY_BYTES SECONDS``; it stops when its standard input is
closed by the last process that holds the other end.

A child serves one connection until it is closed: a path a line in, then messages out, each a length and a marshalled
tuple: ``("whole", fields of each sheet, may_read_more)``, or for a large file ``("sheet", fields)``, ``("rows", rows)``
and last ``("end", may_read_more)``; ``("unreadable", code, found, expected)``; ``("failed", errno, reason)`` when
the system refuses.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Iterable, Iterator
from io import BufferedRWPair
from itertools import chain
from pathlib import Path
from typing import Any

from sources.workbook.filetype import MAX_FILE_BYTES, UnreadableFileError
from sources.workbook.reading import MAX_CELLS, RawSheet, read_workbook

LENGTH = struct.Struct("!Q")

TOO_MUCH = "E0008"
"""The rule that a file breaks when its reading was stopped."""

WAITING = 5
"""How many times the seconds of computing that a file may take may go by: a busy machine is no fault of the file."""

_OBJECTS_BEFORE_COLLECTING = 100_000
"""Rows of text make no cycles: looking for some after every few hundred of them only takes time."""

_ROWS_A_MESSAGE = 5000
_MOST_SENT_BYTES = 256 * 2**20
_WORN_KIB = 256 * 2**10
"""A child that once needed that much memory is not used again: what is left would be too little for the next file."""


def main(socket_path: str, memory_bytes: int, seconds: float) -> None:
    """Listen, and fork a child for each connection, until standard input is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Children are reaped by the system.
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those who asked; their end closes our input.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
    path = Path(socket_path)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(socket_path)
            path.chmod(0o600)
            listener.listen()
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            while True:
                readable, _, _ = select.select([listener, sys.stdin], [], [])
                if sys.stdin in readable:
                    return
                connection, _ = listener.accept()
                if os.fork() == 0:
                    listener.close()
                    _serve_and_leave(connection, memory_bytes, seconds)
                connection.close()
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
            path.parent.rmdir()


def _serve_and_leave(connection: socket.socket, memory_bytes: int, seconds: float) -> None:
    """In the child: answer requests until the connection is closed; never goes back to the listening loop."""
    code = 1
    try:
        os.close(sys.stdin.fileno())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())  # What a reader says when it breaks may quote a cell.
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with connection, connection.makefile("rwb") as stream:
            while line := stream.readline():
                # Their signals end the process, whatever it is doing.
                signal.setitimer(signal.ITIMER_PROF, seconds)
                signal.setitimer(signal.ITIMER_REAL, seconds * WAITING)
                _answer(stream, Path(os.fsdecode(bytes.fromhex(line.decode()))))
                stream.flush()
                signal.setitimer(signal.ITIMER_PROF, 0)
                signal.setitimer(signal.ITIMER_REAL, 0)
        code = 0
    finally:
        os._exit(code)


def _answer(stream: BufferedRWPair[Any], path: Path) -> None:
    try:
        sheets = _read(path)
        worn = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _WORN_KIB
        if sum(len(sheet.rows) for sheet in sheets) <= _ROWS_A_MESSAGE:
            _send_within(stream, [("whole", [vars(sheet) for sheet in sheets], not worn)])
        else:
            _send_within(stream, chain(_messages(sheets), [("end", not worn)]))
    except UnreadableFileError as error:
        _send(stream, marshal.dumps(("unreadable", error.rule_code, error.found, error.expected)))
    except OSError as error:
        _send(stream, marshal.dumps(("failed", error.errno or 0, error.strerror or "")))
    except MemoryError:
        _send(stream, marshal.dumps(("unreadable", TOO_MUCH, "plus de mémoire qu'il n'est permis", None)))


def _send_within(stream: BufferedRWPair[Any], messages: Iterable[tuple[Any, ...]]) -> None:
    """Send messages until they come to more text than a file may hold."""
    sent = 0
    for message in messages:
        content = marshal.dumps(message)
        sent += len(content)
        if sent > _MOST_SENT_BYTES:
            raise UnreadableFileError("E0006", f"plus de {_MOST_SENT_BYTES // 2**20} Mio de texte")
        _send(stream, content)


def _read(path: Path) -> list[RawSheet]:
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise UnreadableFileError("E0006", f"{size // 2**20} Mio")
    sheets = read_workbook(path.read_bytes())
    if sum(sum(map(len, sheet.rows)) for sheet in sheets) > MAX_CELLS:
        raise UnreadableFileError("E0006", f"plus de {MAX_CELLS // 10**6} millions de cellules")
    return sheets


def _messages(sheets: list[RawSheet]) -> Iterator[tuple[Any, ...]]:
    for sheet in sheets:
        rows = sheet.rows
        yield "sheet", {**vars(sheet), "rows": rows[:_ROWS_A_MESSAGE]}
        for start in range(_ROWS_A_MESSAGE, len(rows), _ROWS_A_MESSAGE):
            yield "rows", rows[start : start + _ROWS_A_MESSAGE]


def _send(stream: BufferedRWPair[Any], content: bytes) -> None:
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
