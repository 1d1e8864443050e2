"""What a file can try on whoever reads, judges and answers it. Reading itself: ``tests/quality/test_hostile_files``.

Each attempt says in its docstring what it would have shown.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipelines.warehouse.quarantine.replay import forget_from
from quality.answers import receipts
from quality.batch import batch, bounds, in_hand
from quality.batch.batch import BATCH_BYTES, batches, process, weight_of
from quality.batch.judging import Judgement
from quality.reading.telling import MOST_TOLD
from sources.archive import archive, archive_events
from sources.archive.archive import Reception
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.filetype import MAX_FILE_BYTES
from sources.workbook.template.template import write_template
from tests.quality.conftest import GRENOBLE, LYON, Rows, submission

WRONG_ROWS = MOST_TOLD + 150


def verdicts(home: Home) -> list[str]:
    return lake.read(home.lake, "receptions").sort("reception_number")["verdict_code"].to_list()


def answer(home: Home, folder: str = LYON, suffix: str = ".json") -> str:
    return max((home.receipts / folder).glob(f"0*{suffix}")).read_text()


def wrong(count: int) -> Rows:
    one = {"role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Zut"}
    return submission(evaluations=[{"evaluateur": f"MED-{number}", **one} for number in range(count)])


def test_more_wrong_cells_than_anybody_reads(home: Home, drop: Callable, take: Callable) -> None:
    """Hundreds of megabytes of answer, gigabytes of memory, and the good file beside it never published."""
    drop(wrong(WRONG_ROWS))
    drop(submission(GRENOBLE), folder=GRENOBLE)
    take()
    assert verdicts(home) == ["prise", "partielle"]
    problems = [each for each in json.loads(answer(home))["problems"] if each["rule_code"] == "E0202"]
    assert len(problems) == MOST_TOLD and problems[-1]["more"] == WRONG_ROWS - MOST_TOLD
    schema = json.loads((Path(receipts.__file__).parent / "receipt.schema.json").read_text())
    jsonschema.validate(json.loads(answer(home)), schema)
    assert f"et {WRONG_ROWS - MOST_TOLD} autres cellules" in answer(home, suffix=".html")
    kept = lake.read(home.lake, "problems").filter(rule_code="E0202")
    assert kept["cell"].n_unique() == kept.height == WRONG_ROWS, "the lake holds every refused cell"
    counts = lake.read(home.lake, "sheet_counts").filter(reception_number=2, sheet="Évaluations")
    assert counts["rejected_count"].to_list() == [WRONG_ROWS]


def test_mending_some_of_more_than_is_told_says_nothing_untrue(home: Home, drop: Callable, take: Callable) -> None:
    """« Corrigé : 500 points » for cells that are wrong still."""
    drop(wrong(WRONG_ROWS))
    take()
    drop(wrong(WRONG_ROWS - 10))
    take()
    assert json.loads(answer(home))["mended"] == []


def test_a_file_larger_than_any_that_is_read(home: Home, take: Callable) -> None:
    """The archive, which is kept for ever, filled by what nobody will read."""
    path = home.intake / LYON / "enorme.xlsx"
    with path.open("wb") as stream:
        stream.truncate(3 * 2**30)
    take()
    assert verdicts(home) == ["refusee"] and not path.exists()
    assert "3072 Mio" in answer(home) and f"{MAX_FILE_BYTES // 2**20} Mio" in answer(home)
    (reception,) = archive.receptions(home)
    assert reception.byte_count == 3 * 2**30 and not reception.is_whole
    assert sum(each.stat().st_size for each in (home.archive / "content").rglob("*") if each.is_file()) < 1000


KILLED = """
import os, signal, sys
from pathlib import Path
from typing import Any
from quality.batch import batch
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import load_referential
home = Home(Path(sys.argv[1]))
archive.receive(home)
batch.judge = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
batch.process(home, load_referential())
"""


def killed_while_judging(home: Home) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(home.root)], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL


def test_a_pass_that_was_killed_condemns_nobody(home: Home, drop: Callable, referential: Referential) -> None:
    """A hospital's answers set aside because the power went."""
    drop(submission())
    killed_while_judging(home)
    assert (home.root / "in_hand.json").exists()
    process(home, referential)
    assert verdicts(home) == ["prise"] and archive_events.stops(home) == {}
    assert not (home.root / "in_hand.json").exists()


def test_a_file_on_which_passes_die(
    home: Home, drop: Callable, referential: Referential, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every pass dies, and the good file beside it is never published."""
    drop(submission(), name="poison.xlsx")
    drop(submission(GRENOBLE), folder=GRENOBLE)
    killed_while_judging(home)
    poison = next(each.number for each in archive.receptions(home) if each.folder == LYON)
    trials: list[list[int]] = []

    def passes(_: Home, numbers: list[int]) -> bool:
        trials.append(numbers)
        return poison not in numbers

    monkeypatch.setattr(in_hand, "_passes", passes)
    process(home, referential)
    assert verdicts(home) == ["prise", "refusee"]
    assert "E0020" in answer(home) and list(archive_events.stops(home)) == [poison]
    forget_from(home, 1)
    trials.clear()
    process(home, referential)
    assert verdicts(home) == ["prise", "refusee"] and trials == [], "a rebuild agrees, and tries nothing"
    drop(submission(), name="encore.xlsx")
    archive.receive(home)
    again = archive.last_number(home)
    process(home, referential)
    same = archive.reception(home, again).content_sha256 in archive_events.stops(home).values()
    assert trials == ([[again]] if same else []), "the same bytes are tried before they are judged"


@pytest.mark.parametrize(("code", "is_fatal"), [("0", False), ("1", False), ("3", True), ("-9", True), ("-15", False)])
def test_only_what_ends_the_process_is_fatal(
    home: Home, monkeypatch: pytest.MonkeyPatch, code: str, is_fatal: bool
) -> None:
    """A full disk, a rule in fault or a stop that somebody asked for, held against a file."""
    ends = "import os, sys; n = int(sys.argv[1]); os.kill(os.getpid(), -n) if n < 0 else sys.exit(n)"
    run = subprocess.run
    monkeypatch.setattr(
        in_hand.subprocess, "run", lambda _, **options: run([sys.executable, "-c", ends, code], **options)
    )
    assert in_hand._passes(home, [1]) is not is_fatal


@pytest.mark.parametrize("most_bytes", [2 * 2**30, 1])
def test_a_trial_has_only_so_much_memory(home: Home, drop: Callable, most_bytes: int) -> None:
    """A trial that takes the machine with it."""
    drop(submission())
    archive.receive(home)
    code = f"import quality.batch.trial as t; t.bounds.MOST_BYTES = {most_bytes}; t.main({str(home.root)!r}, '1')"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, env={**os.environ})
    assert (done.returncode == 0) == (most_bytes > 1)
    assert verdicts(home) == [] and not (home.receipts / LYON / "index.html").exists()


def test_a_trial_does_all_that_a_pass_does(home: Home, drop: Callable) -> None:
    """400,000 lines of 22 MB: judged within the bounds, and every pass dies of their rows of the lake, for ever."""
    drop(submission())
    archive.receive(home)
    code = f"""
import quality.batch.trial as t
t.rows_of = lambda *_: bytearray(int(0.9 * t.bounds.MOST_BYTES))
t.main({str(home.root)!r}, '1')
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "TooMuchToJudgeError" in done.stderr


ENDLESS = {
    # Python's own: ended by an exception.
    "loop": ("    while True: pass", 1),
    # Of a library, in one call that never comes back: ended with its process.
    "call": ("    all(__import__('itertools').repeat(True))", -signal.SIGXCPU),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_trial_computes_only_so_long(home: Home, drop: Callable, kind: str) -> None:
    """A pass that never ends, behind which everybody's files wait."""
    body, expected = ENDLESS[kind]
    drop(submission())
    archive.receive(home)
    code = f"""
import quality.batch.trial as t
t.bounds.MOST_SECONDS, t.bounds._GRACE_SECONDS = 1, 1
def judge(*_):
{body}
t.judge = judge
t.main({str(home.root)!r}, '1')
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, timeout=120)
    assert done.returncode == expected, done.stderr[-500:]


def endless() -> None:
    while True:
        pass


def without_memory() -> None:
    bytearray(10 * bounds.MOST_BYTES)


@pytest.mark.parametrize("explodes", [endless, without_memory])
def test_a_file_whose_judging_explodes_in_an_ordinary_pass(
    home: Home, drop: Callable, take: Callable, monkeypatch: pytest.MonkeyPatch, explodes: Callable[[], None]
) -> None:
    """The machine's memory and processors for one file, and the good file beside it never published."""
    drop(submission(), name="poison.xlsx")
    drop(submission(GRENOBLE), folder=GRENOBLE)
    judged = batch.judge

    def judge(home: Home, referential: Referential, due: list[Reception], *more: Any) -> Judgement:
        poison = [each.number for each in due if each.folder == LYON]
        if poison and not archive_events.stops(home):
            explodes()
        return judged(home, referential, due, *more)

    monkeypatch.setattr(batch, "judge", judge)
    monkeypatch.setattr(bounds, "MOST_SECONDS", 2)

    def passes(home: Home, numbers: list[int]) -> bool:
        return all(archive.reception(home, number).folder != LYON for number in numbers)

    monkeypatch.setattr(in_hand, "_passes", passes)
    before = [resource.getrlimit(kind) for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CPU)]
    take()
    assert sorted(verdicts(home)) == ["prise", "refusee"] and "E0020" in answer(home)
    assert [resource.getrlimit(kind) for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CPU)] == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_what_a_dead_pass_had_in_hand_is_judged_one_by_one(home: Home) -> None:
    """Files that each pass their trial, and together end every pass."""
    for number in range(5):
        (home.intake / LYON / f"{number}.csv").write_bytes(b"x")
    received = archive.receive(home).received
    found = [[each.number for each in batch] for batch in batches(received, {2, 3}, lambda _: 1)]
    assert found == [[1], [2], [3], [4, 5]]


def test_small_files_that_unpack_to_much_do_not_share_a_batch(home: Home, referential: Referential) -> None:
    """A hundred workbooks of 200 KB, each with half a million cells, in one table."""
    row = {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": "CAT-001", "commentaire": "le même texte " * 40}
    for number in range(3):
        rows = submission() | {"evaluations": [row | {"evaluateur": f"MED-{index}"} for index in range(20_000)]}
        write_template(home.intake / LYON / f"{number}.xlsx", referential, rows)
    received = archive.receive(home).received
    weights = [weight_of(home, each) for each in received]
    assert all(each.byte_count < weight / 5 for each, weight in zip(received, weights, strict=True))
    scale = BATCH_BYTES / (1.5 * weights[0])
    found = [len(batch) for batch in batches(received, set(), lambda each: int(weight_of(home, each) * scale))]
    assert found == [1, 1, 1]
