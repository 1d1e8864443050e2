"""What somebody who may write in one folder of the intake, and has an account on the machine, can try.

Each attempt says in its docstring what it would have shown. The folders are laid as the depositor would lay them; where
another account is needed its files are given to it (root only).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from pipelines.operations.backup.backup import back_up
from pipelines.operations.backup.restore import restore
from pipelines.operations.doctor.foreign import examine_foreign
from pipelines.warehouse.quarantine.replay import forget_from
from quality.answers import receipt_folders
from quality.batch.batch import process
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.lake.lake_parts import SET_APART_FOLDER
from sources.referential.loader import Referential, load_referential
from tests.quality.conftest import GRENOBLE, LYON, submission

SOMEBODY = 54321
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives files to another account")


def verdicts(home: Home) -> list[str]:
    return lake.read(home.lake, "receptions").sort("reception_number")["verdict_code"].to_list()


def told(home: Home) -> set[str]:
    return {finding.code for finding in examine_foreign(home) if finding.level}


def lay_for_somebody(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.chown(path, SOMEBODY, SOMEBODY)
    return path


# Links ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("goal", ["lake/submissions", "receipts/" + GRENOBLE, "archive/receptions", "nowhere"])
def test_the_answered_folder_replaced_by_a_link(home: Home, drop: Callable, take: Callable, goal: str) -> None:
    """A Parquet file of one's choosing in the lake, HTML in another's receipts, a record in the archive."""
    target = home.root / goal
    if goal != "nowhere":
        target.mkdir(parents=True, exist_ok=True)
    (home.intake / LYON / "traités").symlink_to(target)
    path = drop(submission())
    before = set(home.root.rglob("*envoi*"))
    take()
    assert verdicts(home) == ["prise"] and path.exists(), "answered, and left where it lies"
    assert not target.exists() or not list(target.glob("*envoi.xlsx"))
    assert {one.parent.name for one in set(home.root.rglob("*envoi*")) - before} == {LYON}, "only its own receipt"
    assert take().reception_count == 0, "and not received again"
    assert "D0114" in told(home)


def test_a_folder_of_the_intake_replaced_by_a_link(home: Home, tmp_path: Path, take: Callable) -> None:
    """Another's files, or any folder of the machine, received as one's own drops."""
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "secret.xlsx").write_bytes(b"secret")
    (home.intake / LYON).rmdir()
    (home.intake / LYON).symlink_to(outside)
    take()
    assert archive.receptions(home) == [] and [p.name for p in outside.iterdir()] == ["secret.xlsx"]


@pytest.mark.parametrize("name", ["envoi.xlsx", "traités"])
def test_pipes_sockets_and_links_as_drops(home: Home, tmp_path: Path, take: Callable, name: str) -> None:
    """A pass that waits for ever, or reads what its account may and the sender may not."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    folder = home.intake / LYON
    makers: list[Callable[[Path], object]] = [
        os.mkfifo,
        lambda path: path.symlink_to(secret),
        lambda path: path.symlink_to("/dev/zero"),
        _socket,
    ]
    for make in makers:
        make(folder / name)
        take()
        (folder / name).unlink()
    assert archive.receptions(home) == []


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


def test_a_second_name_for_what_one_may_not_read(home: Home, tmp_path: Path, take: Callable) -> None:
    """The content of a file that only the service may read, sent back in a receipt."""
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"secret")
    link = home.intake / LYON / "envoi.csv"
    os.link(secret, link)
    take()
    assert archive.receptions(home) == [] and "D0114" in told(home)
    secret.unlink()  # a server that renames by a passing link
    take()
    assert len(archive.receptions(home)) == 1 and not link.exists()


@contextmanager
def swapping(one: Callable[[], object], other: Callable[[], object]) -> Iterator[None]:
    """Do ``one`` then ``other``, again and again, while the body runs."""
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            for act in (one, other):
                try:
                    act()
                except OSError:
                    time.sleep(0)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_drop_swapped_for_a_link_again_and_again(home: Home, tmp_path: Path) -> None:
    """A race won once is enough to read what the service may read and the sender may not."""
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"secret")
    path, aside = home.intake / LYON / "envoi.csv", tmp_path / "link"

    def link() -> None:
        aside.symlink_to(secret)
        aside.replace(path)

    def plain() -> None:
        aside.write_bytes(b"innocent")
        aside.replace(path)

    old = time.time() - 3600
    with swapping(link, lambda: (plain(), os.utime(path, (old, old), follow_symlinks=False))):
        for _ in range(150):
            for reception in archive.receive(home).received:
                archive.mark_answered(home, reception)
    kept = {each.read_bytes() for each in (home.archive / "content").rglob("*") if each.is_file()}
    assert kept <= {b"innocent"}
    assert secret.read_bytes() == b"secret"
    copies = list((home.intake / LYON / "traités").glob("*"))
    assert not [copy for copy in copies if copy.is_symlink()]


def test_the_answered_folder_swapped_for_a_link_again_and_again(home: Home, tmp_path: Path) -> None:
    """A race won once lays a file of one's choosing anywhere in the home."""
    goal = home.lake / "submissions"
    goal.mkdir(parents=True)
    folder = home.intake / LYON
    answered, aside = folder / "traités", folder / ".autre"
    aside.symlink_to(goal)
    answered.mkdir()

    def swap() -> None:
        answered.rename(folder / ".vrai")
        aside.rename(answered)

    def back() -> None:
        answered.rename(aside)
        (folder / ".vrai").rename(answered)

    with swapping(swap, back):
        for number in range(150):
            (folder / f"r{number:09d}-000000001.parquet").write_bytes(b"PAR1")
            for reception in archive.receive(home).received:
                archive.mark_answered(home, reception)
    assert list(goal.iterdir()) == []


def test_a_file_swapped_between_its_archiving_and_its_move(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes taken away that nobody archived nor answered."""
    path = home.intake / LYON / "envoi.csv"
    path.write_bytes(b"avant")
    (reception,) = archive.receive(home).received
    rename = os.rename

    def swapped(*names: str, **handles: int) -> None:
        monkeypatch.setattr(os, "rename", rename)
        other = path.with_name(".autre")
        other.write_bytes(b"apres")
        other.replace(path)
        rename(*names, **handles)

    monkeypatch.setattr(os, "rename", swapped)
    archive.mark_answered(home, reception)
    assert path.read_bytes() == b"apres"
    assert [each.number for each in archive.receive(home).received] == [2]


# Laid again -----------------------------------------------------------------------------------------------------------


def lay(path: Path, content: bytes, modified_ns: int) -> Path:
    """As a copy that keeps the time does."""
    path.write_bytes(content)
    os.utime(path, ns=(modified_ns, modified_ns))
    return path


def test_the_same_name_time_and_size_laid_again(home: Home, take: Callable) -> None:
    """Other bytes put away unread, over the copy that was kept, and no answer for their sender."""
    hour_ago = time.time_ns() - 3_600_000_000_000
    path = home.intake / LYON / "envoi.csv"
    contents = [b"premier", b"second.", b"premier", b"premier"]
    for content in contents:
        lay(path, content, hour_ago)
        take()
    assert [archive.content_path(home, r.content_sha256).read_bytes() for r in archive.receptions(home)] == contents
    assert len(verdicts(home)) == 4
    copies = sorted((home.intake / LYON / "traités").iterdir())
    assert [copy.read_bytes() for copy in copies] == contents
    assert len(receipt_folders.names(home.receipts / LYON)) >= 8


def test_an_older_version_laid_again_counts_again(home: Home, drop: Callable, take: Callable) -> None:
    """The hospital's answers stay those that it took back, and it is told nothing."""
    path = drop(submission())
    old, modified = path.read_bytes(), path.stat().st_mtime_ns
    take()
    changed = submission()
    changed["evaluations"][0]["IMP_1_1"] = "Faible"
    drop(changed)
    take()
    lay(path, old, modified)
    take()
    assert verdicts(home) == ["prise", "prise", "prise"]


def test_a_refused_file_laid_again_is_judged_again(home: Home, drop: Callable, take: Callable) -> None:
    """A file refused before the GCS opened its campaign never counts, whatever its sender does."""
    path = drop(submission(campaign="Campagne 2027"))
    content, modified = path.read_bytes(), path.stat().st_mtime_ns
    take()
    home.referential.mkdir()
    (home.referential / "campaigns.csv").write_text(
        "code;label;origin;opens;deadline;is_demonstration\n2027-1;Campagne 2027;proposed;2026-01-01;2027-12-01;non\n"
    )
    lay(path, content, modified)
    archive.receive(home)
    process(home, load_referential(home.referential))
    assert verdicts(home) == ["refusee", "prise"]


def test_what_cannot_be_moved_is_answered_once(home: Home, drop: Callable, take: Callable) -> None:
    """A pass every five seconds, and a receipt for each."""
    (home.intake / LYON / "traités").write_bytes(b"in the way")
    path = drop(submission())
    take()
    for _ in range(3):
        assert take().reception_count == 0 and not archive.has_new_drops(home)
    assert path.exists()
    path.chmod(0o666)  # its owner touches it: looked at again, and nothing changes
    take()
    assert verdicts(home) == ["prise", "sans_changement"]


def test_a_copy_that_stands_under_the_name_to_be_given(home: Home) -> None:
    """A kept copy written over by a later one."""
    answered = home.intake / LYON / "traités"
    answered.mkdir()
    (answered / "000001_envoi.csv").write_bytes(b"kept")
    (home.intake / LYON / "envoi.csv").write_bytes(b"new")
    (reception,) = archive.receive(home).received
    archive.mark_answered(home, reception)
    assert {path.name: path.read_bytes() for path in answered.iterdir()} == {
        "000001_envoi.csv": b"kept",
        "000001_envoi (2).csv": b"new",
    }


def test_a_file_at_the_root_of_the_intake(home: Home, take: Callable) -> None:
    """Answered twice, and ``traités`` taken for an establishment from then on."""
    (home.intake / "perdu.csv").write_bytes(b"perdu")
    for _ in range(3):
        take()
    assert [(r.folder, r.file_name) for r in archive.receptions(home)] == [("", "perdu.csv")]
    assert [path.name for path in (home.intake / "traités").iterdir()] == ["000001_perdu.csv"]


# What is not ours -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["notes.txt", "12.json", "1a.json", "000000001.json.bak", "999999999999999999999.json"]
)
def test_a_foreign_name_among_the_records(home: Home, drop: Callable, take: Callable, name: str) -> None:
    """Every command stops, or every number is spent."""
    folder = home.archive / "receptions"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"?")
    drop(submission())
    take()
    assert verdicts(home) == ["prise"] and archive.last_number(home) == 1
    assert "D0203" in told(home)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"number": 3}', b"\xff\xfe"])
def test_a_record_that_cannot_be_read(home: Home, drop: Callable, take: Callable, content: bytes) -> None:
    """Every command stops."""
    folder = home.archive / "receptions"
    folder.mkdir(parents=True)
    (folder / "000000003.json").write_bytes(content)
    drop(submission())
    take()
    assert verdicts(home) == ["prise"] and [r.number for r in archive.receptions(home)] == [4]
    assert "D0204" in told(home)


@as_root
@pytest.mark.parametrize("kind", ["receptions", "references", "set_aside", "purged", "personal", "stopped"])
def test_a_record_of_somebody_else(home: Home, drop: Callable, take: Callable, kind: str) -> None:
    """A submission set aside, purged or replaced by whoever can lay a file there."""
    drop(submission())
    take()
    record = {"reception_number": 1, "reason": "x", "content_sha256": archive.receptions(home)[0].content_sha256}
    number = 99 if kind in ("receptions", "references") else 1
    lay_for_somebody(home.archive / kind / f"{number:09d}.json", json.dumps(record).encode())
    drop(submission(GRENOBLE), folder=GRENOBLE)
    take()
    assert verdicts(home) == ["prise", "prise"]
    assert archive.quarantined_numbers(home) == {} and archive.last_number(home) == 2
    assert "D0203" in told(home)


@pytest.mark.parametrize("name", ["x.parquet", "r1.parquet", "évil.parquet", "r000000009-000000009.parquet"])
def test_a_foreign_file_in_the_lake(
    home: Home, drop: Callable, take: Callable, referential: Referential, name: str
) -> None:
    """Another hospital's answers withdrawn."""
    drop(submission())
    take()
    withdrawal = lake.read(home.lake, "submissions").with_columns(
        reception_number=pl.lit(9), is_withdrawal=pl.lit(True)
    )
    foreign = home.lake / "submissions" / name
    withdrawal.cast(lake.LAKE_TABLES["submissions"]).write_parquet(foreign)
    if name.startswith("r0"):
        if os.geteuid() != 0:
            pytest.skip("gives files to another account")
        os.chown(foreign, SOMEBODY, SOMEBODY)
        mark = home.lake / "receptions" / name
        shutil.copy(next((home.lake / "receptions").glob("r*")), mark)
        os.chown(mark, SOMEBODY, SOMEBODY)
    assert lake.read(home.lake, "submissions").height == 1
    assert "D0305" in told(home)
    process(home, referential)
    assert not foreign.exists() and list((home.root / SET_APART_FOLDER).glob(f"*{name}"))
    assert told(home) == {"D0306"}
    forget_from(home, 1)
    process(home, referential)
    assert lake.read(home.lake, "submissions").height == 1


@as_root
def test_an_answer_of_somebody_else(home: Home, drop: Callable, take: Callable) -> None:
    """A page or a list of one's choosing under the product's name, or a mail with a file of the machine."""
    folder = home.receipts / LYON
    os.chown(folder, SOMEBODY, SOMEBODY)
    lay_for_somebody(folder / "index.html", b'<script type="application/json" id="envois">[{"number": 7}]</script>')
    lay_for_somebody(folder / "000007_faux.json", b'{"files": {}}')
    (folder / "000001_envoi.html").symlink_to("/etc/passwd")
    os.lchown(folder / "000001_envoi.html", SOMEBODY, SOMEBODY)
    drop(submission())
    take()
    names = receipt_folders.names(folder)
    assert "000007_faux.json" not in names and "D0113" in told(home)
    assert "rien à corriger" in (folder / "000001_envoi.html").read_text()
    assert "faux" not in (folder / "index.html").read_text()
    assert "root" in Path("/etc/passwd").read_text()


@as_root
def test_a_folder_of_receipts_replaced_by_a_link(home: Home, drop: Callable, take: Callable) -> None:
    """One's own receipts in another's folder, or over any file of the service."""
    (home.receipts / LYON).rmdir()
    (home.receipts / LYON).symlink_to(home.receipts / GRENOBLE)
    os.lchown(home.receipts / LYON, SOMEBODY, SOMEBODY)
    drop(submission())
    take()
    assert not list((home.receipts / GRENOBLE).iterdir())
    assert receipt_folders.names(home.receipts / LYON)


@as_root
@pytest.mark.parametrize("name", ["index.html", "000001_envoi.html", "000001_envoi.json", "000001_envoi.xlsx"])
@pytest.mark.parametrize("is_readable", [True, False])
def test_a_folder_under_the_name_of_an_answer(
    home: Home, drop: Callable, take: Callable, name: str, is_readable: bool
) -> None:
    """Every pass ended, for everybody, by one folder where an establishment may write its own answers."""
    (home.receipts / LYON / name / "full").mkdir(parents=True)
    if is_readable:
        drop(submission())
    else:
        (home.intake / LYON / "envoi.xlsx").write_bytes(b"")
    drop(submission(GRENOBLE), folder=GRENOBLE)
    take()
    assert sorted(verdicts(home)) == ["prise", "prise" if is_readable else "refusee"]
    answers = {path.suffix for path in (home.receipts / LYON).iterdir() if path.is_file()}
    assert answers == ({".html", ".json", ".xlsx"} if is_readable else {".html", ".json"})


@pytest.mark.parametrize("name", ["index.html", "000900_autre.json"])
@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"files": {}, "reception": 3}', b"[" * 100_000])
def test_an_answer_that_is_damaged(home: Home, drop: Callable, take: Callable, name: str, content: bytes) -> None:
    """The same, by a page or an answer cut short."""
    marked = b'<script type="application/json" id="envois">' + content + b"</script>"
    (home.receipts / LYON / name).write_bytes(marked if name == "index.html" else content)
    drop(submission())
    take()
    assert verdicts(home) == ["prise"] and "000001" in (home.receipts / LYON / "index.html").read_text()


def test_an_answered_folder_of_somebody_else(home: Home, drop: Callable, take: Callable) -> None:
    """Copies that their sender changes, removes, or has removed for others by a purge."""
    answered = home.intake / LYON / "traités"
    answered.mkdir()
    os.chown(answered, SOMEBODY, SOMEBODY)
    (answered / "000001_x").write_bytes(b"x")
    path = drop(submission())
    take()
    assert path.exists() and verdicts(home) == ["prise"] and "D0114" in told(home)
    assert archive.remove_answered_copies(home, archive.receptions(home)[0]) == 0


# Back-ups -------------------------------------------------------------------------------------------------------------


def test_a_back_up_takes_nothing_through_a_link(home: Home, tmp_path: Path) -> None:
    """Any file of the machine that the service may read, in the back-up and then in a restored intake."""
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (home.intake / "lien").symlink_to(outside)
    (home.intake / LYON / "lien").symlink_to(outside / "secret")
    os.link(outside / "secret", home.intake / LYON / "second")
    os.mkfifo(home.intake / LYON / "tube")
    (home.intake / LYON / "envoi.csv").write_bytes(b"envoi")
    snapshot = back_up(home, tmp_path / "backup").snapshot
    assert [entry.path for entry in snapshot.entries if entry.path.startswith("intake")] == [f"intake/{LYON}/envoi.csv"]


@as_root
def test_a_restoration_sets_owners_and_rights_anew(home: Home, tmp_path: Path) -> None:
    """A file that its sender may still change after it was put back, or that counts because root restored it."""
    drop = lay_for_somebody(home.intake / LYON / "envoi.csv", b"envoi")
    drop.chmod(0o666)
    back_up(home, tmp_path / "backup")
    new = Home(tmp_path / "new")
    new.root.mkdir(mode=0o750)
    os.chown(new.root, 4321, 4321)
    restore(tmp_path / "backup", new)
    for path in new.root.rglob("*"):
        status = path.lstat()
        assert (status.st_uid, status.st_gid) == (4321, 4321) and not status.st_mode & 0o022, path
