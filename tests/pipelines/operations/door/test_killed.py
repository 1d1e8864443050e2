"""The reader killed at each step of sending: what was sent is in the intake whole, or can be sent again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.operations.door import desk, sending, trying, waiting
from quality.batch.batch import process
from sources.archive import archive, senders
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, submission

ACCOUNT = "qualite-lyon"
STEPS: dict[str, tuple[Any, str]] = {
    "written, not noted": (senders, "note"),
    "noted, not named": (sending, "_named_free"),
    "named, not known as sent": (waiting, "keep"),
    "known as sent, not answered": (senders, "forget_old"),
}
"""What stands when the process dies → the function that is not reached."""


@pytest.fixture
def referential() -> Referential:
    return load_referential()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    (home.intake / LYON).mkdir(parents=True)
    (home.receipts / LYON).mkdir(parents=True)
    return home


def killed_before(step: tuple[Any, str], act: Callable[[], object]) -> None:
    """Do it in a process of its own, which ends as one that is killed does: nothing is tidied up."""
    child = os.fork()
    if child == 0:
        setattr(*step, lambda *_arguments, **_named: os._exit(9))
        try:
            act()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9, "the step was not reached"


def received(home: Home, referential: Referential) -> list[str]:
    """The contents that the intake has taken, once it has looked."""
    archive.receive(home)
    process(home, referential)
    return [each.content_sha256 for each in archive.receptions(home)]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_reader_killed_while_it_sends_loses_nothing_and_takes_nothing_by_halves(
    home: Home, referential: Referential, tmp_path: Path, step: tuple[Any, str]
) -> None:
    content = write_template(tmp_path / "x.xlsx", referential, submission(LYON)).read_bytes()
    tried = trying.try_files(home, LYON, ACCOUNT, [("envoi.xlsx", content)])
    [sha256] = [file.sha256 for file in tried.files]
    asked = {"act": "send", "number": tried.number, "account": ACCOUNT, "establishment": LYON, "sent_by": ACCOUNT}
    killed_before(step, lambda: desk.answer(home, asked, b""))
    before = received(home, referential)
    assert set(before) <= {sha256}, "half a file was taken"
    again = desk.answer(home, asked, b"")[0]
    assert again["status"] in {"ok", "sent"} and again["names"]
    after = received(home, referential)
    assert set(after) == {sha256} and len(after) <= 2
    # What was sent twice changes nothing: one submission counts, and each reception has its answer.
    lines = desk.answer(home, {**asked, "act": "overview"}, b"")[0]["lines"]
    assert [line["state_code"] for line in lines].count("compte") == 1
    assert all(line["files"]["html"] for line in lines) and len(lines) == len(after)


def test_what_was_sent_is_answered_by_whoever_starts_next(home: Home, referential: Referential, tmp_path: Path) -> None:
    """``up`` killed between the sending and the receipt: the file lies in the intake, or in the archive, unanswered."""
    for number in (1, 2):
        rows = submission(LYON)
        rows["etablissement"][0]["dossier"] = f"d{number}"
        content = write_template(tmp_path / "x.xlsx", referential, rows).read_bytes()
        tried = trying.try_files(home, LYON, ACCOUNT, [(f"envoi-{number}.xlsx", content)])
        asked = {"number": tried.number, "account": ACCOUNT, "establishment": LYON, "sent_by": ACCOUNT}
        assert desk.answer(home, {"act": "send", **asked}, b"")[0]["status"] == "ok"
        if number == 1:
            archive.receive(home)  # and killed before it was read
    seen = desk.answer(home, {"act": "overview", **asked}, b"")[0]["lines"]
    assert [line["progress_code"] for line in seen] == ["attente", "recu"]
    assert len(received(home, referential)) == 2
    lines = desk.answer(home, {"act": "overview", **asked}, b"")[0]["lines"]
    assert [line["state_code"] for line in lines] == ["compte", "compte"]
    assert [archive.reception(home, number).sent_by for number in archive.reception_numbers(home)] == [ACCOUNT] * 2
