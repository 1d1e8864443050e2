"""What an account can do with the tries of « Mes envois » to the disk, to other accounts, and to itself in two tabs.

Without a server: the reader's own functions. Through the page: test_door.py.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from pipelines.operations.door import desk, sending, trying, waiting
from pipelines.operations.door.waiting import MOST_OF_ONE_ACCOUNT
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, submission

ACCOUNT = "depot-lyon"
ASKED: dict[str, Any] = {"act": "try", "establishment": LYON, "account": ACCOUNT}


@pytest.fixture
def content(referential: Referential, tmp_path: Path) -> bytes:
    return write_template(tmp_path / "x.xlsx", referential, submission(LYON)).read_bytes()


def try_one(home: Home, content: bytes) -> dict[str, Any]:
    return trying.answer(home, {**ASKED, "files": [{"name": "a.xlsx", "size": len(content)}]}, content)[0]


def folders(home: Home) -> list[Path]:
    return [path for path in (home.root / "door").iterdir() if path.is_dir()]


def test_tries_that_are_stopped_fill_no_disk(home: Home, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept for a day and counted as nobody's: 25 MiB, six times a minute, for whoever sends what ends its worker."""

    def stopped(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(trying, "_judged", stopped)
        for _ in range(MOST_OF_ONE_ACCOUNT + 5):
            with pytest.raises(MemoryError):
                try_one(home, content)
    assert len(folders(home)) == MOST_OF_ONE_ACCOUNT
    seen = desk.answer(home, {**ASKED, "act": "overview"}, b"")[0]
    assert seen["waiting"] == [], "and none of them can be sent"
    for folder in folders(home):
        for act in ("try", "send", "forget"):
            assert desk.answer(home, {**ASKED, "act": act, "number": folder.name, "sent_by": "x"}, b"") == desk.MISSING


def test_one_account_has_one_try_at_work(home: Home, content: bytes) -> None:
    """Two heavy files of one account kept both workers, and twenty others were told that theirs were too heavy."""
    with waiting.turn_of(home, ACCOUNT) as is_free:
        assert is_free and try_one(home, content) == {"status": "busy"}
        other = {**ASKED, "account": "depot-autre", "files": [{"name": "a.xlsx", "size": len(content)}]}
        assert trying.answer(home, other, content)[0]["status"] == "ok"
    assert try_one(home, content)["status"] == "ok"


@pytest.mark.parametrize("in_the_other_tab", ["forget", "another try"])
def test_a_try_that_is_being_sent_is_sent_whole(
    home: Home, content: bytes, monkeypatch: pytest.MonkeyPatch, in_the_other_tab: str
) -> None:
    """Half of its files would have been sent, and an error told."""
    files = [("a.xlsx", content), ("b.xlsx", content)]
    tried = trying.try_files(home, LYON, ACCOUNT, files)
    lay, others = sending._lay, []

    def meanwhile() -> None:
        if in_the_other_tab == "forget":
            desk.answer(home, {**ASKED, "act": "forget", "number": tried.number}, b"")
        else:
            monkeypatch.setattr(waiting, "MOST_OF_ONE_ACCOUNT", 1)
            waiting.make_room(home, ACCOUNT)

    def slowly(*arguments: Any) -> str:
        if not others:
            others.append(threading.Thread(target=meanwhile))
            others[0].start()
            others[0].join(0.5)
        return lay(*arguments)

    monkeypatch.setattr(sending, "_lay", slowly)
    told = desk.answer(home, {**ASKED, "act": "send", "number": tried.number, "sent_by": "x"}, b"")[0]
    others[0].join()
    assert told == {"status": "ok", "names": ["a.xlsx", "b.xlsx"]}
    assert sorted(path.name for path in (home.intake / LYON).iterdir()) == ["a.xlsx", "b.xlsx"]
    assert folders(home) == []
