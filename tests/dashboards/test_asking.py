"""What the pages of « Mes envois » send to the reader of the door: words as words, bytes as bytes."""

from __future__ import annotations

import json
import socket
import struct
from pathlib import Path
from threading import Thread

import pytest

from dashboards.superset.door.reader import DESK, ReaderSilent, ask


def test_a_word_never_takes_the_place_of_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word called as an argument of `ask` would have been sent as the file, or not at all."""
    monkeypatch.setenv(DESK, str(tmp_path / "socket"))
    taken: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as coming:
                lengths = coming.read(16)
                taken.append(lengths + coming.read(sum(struct.unpack("!QQ", lengths))))
                connection.sendall(struct.pack("!QQ", 2, 3) + b"{}PDF")

        reader = Thread(target=answer)
        reader.start()
        said = {"act": "autre", "content": "un mot", "place": "ici"}
        assert ask(DESK, "overview", b"octets", **said) == ({}, b"PDF")
        reader.join()
    [sent] = taken
    length, _ = struct.unpack("!QQ", sent[:16])
    assert json.loads(sent[16 : 16 + length]) == {**said, "act": "overview"}
    assert sent[16 + length :] == b"octets"


def test_a_reader_that_is_not_there_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DESK, raising=False)
    with pytest.raises(ReaderSilent):
        ask(DESK, "overview")
