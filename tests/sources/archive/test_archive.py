"""The archive: what is received, what is left alone and why, and that a record is never written over."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
import zipfile
from pathlib import Path

import pytest

from sources.archive import archive, archive_events, drops
from sources.home.home import Home

FOLDER = "690781810"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    (home.intake / FOLDER).mkdir(parents=True)
    return home


def lay(home: Home, name: str, content: bytes = b"contenu", folder: str = FOLDER) -> Path:
    path = home.intake / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_drop_is_kept_by_content_with_a_numbered_record(home: Home) -> None:
    lay(home, "a.xlsx", b"un")
    lay(home, "b.xlsx", b"deux")
    received = archive.receive(home).received
    assert [(r.number, r.folder, r.file_name, r.byte_count) for r in received] == [
        (1, FOLDER, "a.xlsx", 2),
        (2, FOLDER, "b.xlsx", 4),
    ]
    assert archive.content_path(home, hashlib.sha256(b"deux").hexdigest()).read_bytes() == b"deux"
    assert archive.receptions(home) == received


def test_what_a_killed_writer_left_is_no_record(home: Home) -> None:
    lay(home, "a.xlsx")
    archive.receive(home)
    (home.archive / "receptions" / ".half-1-2-0-000000002.json").write_bytes(b"{")
    assert (archive.reception_numbers(home), archive.last_number(home)) == ([1], 1)


def test_what_is_received_is_not_received_again_while_it_lies_there(home: Home) -> None:
    lay(home, "a.xlsx")
    assert archive.has_new_drops(home)
    archive.receive(home)
    assert not archive.has_new_drops(home)
    assert archive.receive(home).received == []
    assert [r.number for r in archive.lying(home)] == [1]


def test_the_same_bytes_dropped_again_are_a_reception_of_their_own(home: Home) -> None:
    path = lay(home, "a.xlsx")
    reception = archive.receive(home).received[0]
    archive.mark_answered(home, reception)
    assert not path.exists()
    lay(home, "a.xlsx")
    assert [r.number for r in archive.receive(home).received] == [2]
    assert len(list((home.archive / "content").rglob("*"))) == 2  # one folder, one file


def test_a_file_changed_before_its_answer_stays_and_is_received_again(home: Home) -> None:
    path = lay(home, "a.xlsx", b"avant")
    reception = archive.receive(home).received[0]
    path.write_bytes(b"nouvelle version")
    os.utime(path, ns=(1, reception.modified_ns + 5))
    archive.mark_answered(home, reception)
    assert path.exists()
    assert [r.number for r in archive.receive(home).received] == [2]


@pytest.mark.parametrize("name", ["~$classeur.xlsx", ".~lock.classeur.ods#", "envoi.xlsx.part", "Thumbs.db", ".cache"])
def test_temporary_files_are_left_alone_for_a_stated_reason(home: Home, name: str) -> None:
    path = lay(home, name)
    report = archive.receive(home)
    assert report.received == []
    assert [(left.path, "temporaire" in left.reason) for left in report.left_alone] == [(path, True)]


def test_folders_and_links_are_left_alone(home: Home, tmp_path: Path) -> None:
    outside = tmp_path / "secret.xlsx"
    outside.write_bytes(b"secret")
    (home.intake / FOLDER / "lien.xlsx").symlink_to(outside)
    (home.intake / FOLDER / "sous-dossier").mkdir()
    (home.intake / "lien-de-dossier").symlink_to(tmp_path)
    os.mkfifo(home.intake / FOLDER / "tube")
    report = archive.receive(home)
    assert report.received == []
    reasons = {left.path.name: left.reason.split(" ")[0] for left in report.left_alone}
    assert reasons == {"lien.xlsx": "lien", "sous-dossier": "dossier", "lien-de-dossier": "lien", "tube": "n'est"}


def test_a_file_laid_in_the_intake_itself_is_received_for_nobody(home: Home) -> None:
    (home.intake / "perdu.xlsx").write_bytes(b"x")
    assert [(r.folder, r.file_name) for r in archive.receive(home).received] == [("", "perdu.xlsx")]


def test_a_file_still_being_copied_is_left_until_it_is_stable(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lay(home, "gros.xlsx", b"debut")

    def copy_goes_on(_: float) -> None:
        with path.open("ab") as stream:
            stream.write(b" suite")

    monkeypatch.setattr(drops.time, "sleep", copy_goes_on)
    report = archive.receive(home)
    assert report.received == []
    assert "copie en cours" in report.left_alone[0].reason


def test_a_file_dated_in_the_future_is_received(home: Home) -> None:
    path = lay(home, "futur.xlsx")
    os.utime(path, (4e9, 4e9))
    assert len(archive.receive(home).received) == 1


def test_what_is_answered_has_a_name_of_its_own_however_often_it_comes(home: Home) -> None:
    for content in (b"1", b"2"):
        lay(home, "a.xlsx", content)
        archive.mark_answered(home, archive.receive(home).received[0])
    names = sorted(path.name for path in (home.intake / FOLDER / archive.ANSWERED_FOLDER).iterdir())
    assert names == ["000001_a.xlsx", "000002_a.xlsx"]


def test_a_name_that_is_no_utf8_is_received(home: Home) -> None:
    raw = os.fsencode(home.intake / FOLDER) + b"/\xe9valuation.xlsx"
    with open(raw, "wb") as stream:  # noqa: PTH123
        stream.write(b"x")
    assert len(archive.receive(home).received) == 1
    assert archive.receptions(home)[0].number == 1


def test_setting_aside_is_recorded_once_with_its_reason(home: Home) -> None:
    archive.set_aside(home, 7, "première raison")
    archive.set_aside(home, 7, "seconde raison")
    assert archive.quarantined_numbers(home) == {7: "première raison"}


def test_damaged_content_is_written_again_when_the_bytes_come_back(home: Home) -> None:
    lay(home, "a.xlsx", b"bon")
    reception = archive.receive(home).received[0]
    kept = archive.content_path(home, reception.content_sha256)
    kept.chmod(0o600)
    kept.write_bytes(b"abime")
    lay(home, "b.xlsx", b"bon")
    archive.receive(home)
    assert kept.read_bytes() == b"bon"


def test_a_zip_without_its_end_is_waited_for_a_minute(home: Home) -> None:
    path = lay(home, "moitie.xlsx", b"PK\x03\x04" + b"\0" * 100_000)
    assert not archive.has_new_drops(home)
    assert "copie en cours" in archive.receive(home).left_alone[0].reason
    an_hour_ago = time.time() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))
    assert len(archive.receive(home).received) == 1


def test_a_whole_zip_is_taken_at_once(home: Home) -> None:
    with zipfile.ZipFile(home.intake / FOLDER / "entier.xlsx", "w") as workbook:
        workbook.writestr("a", b"x" * 100_000)
        workbook.comment = b"c" * 60_000
    assert len(archive.receive(home).received) == 1


def test_a_large_drop_is_copied_as_a_stream(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_READ_WHOLE_BYTES", 1000)
    content = bytes(range(256)) * 20_000
    lay(home, "grand.xlsx", content)
    lay(home, "le meme.xlsx", content)
    received = archive.receive(home).received
    assert [r.byte_count for r in received] == [len(content)] * 2
    kept = archive.content_path(home, hashlib.sha256(content).hexdigest())
    assert kept.read_bytes() == content and stat.S_IMODE(kept.stat().st_mode) == 0o440
    assert [p for p in (home.archive / "content").rglob("*") if p.is_file()] == [kept]


HOSTILE_NAMES = [
    "a..ods..xlsx",
    "a\u202excl.exe.xlsx",
    "ligne\nsuite\x07.xlsx",
    "é" * 123 + ".xlsx",  # 251 bytes
    "a..\\..\\etc\\passwd.xlsx",
    "-rf.xlsx",
    "=cmd.xlsx",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_received_and_put_away(home: Home, name: str) -> None:
    path = lay(home, name)
    reception = archive.receive(home).received[0]
    assert reception.file_name == name
    archive.mark_answered(home, reception)
    assert not path.exists()
    (copy,) = archive.answered_copies(home, reception)
    assert copy.parent == home.intake / FOLDER / archive.ANSWERED_FOLDER
    assert copy.name.startswith("000001_") and copy.suffix == ".xlsx"
    assert not any(ord(letter) < 32 or letter == "\u202e" for letter in copy.name)


def test_names_that_differ_by_case_or_unicode_form_are_each_received(home: Home) -> None:
    for index, name in enumerate(("Été.xlsx", "été.xlsx", "E\u0301te\u0301.xlsx")):
        lay(home, name, str(index).encode())
    for reception in archive.receive(home).received:
        archive.mark_answered(home, reception)
    assert len(list((home.intake / FOLDER / archive.ANSWERED_FOLDER).iterdir())) == 3


def test_an_event_is_recorded_once(home: Home) -> None:
    archive_events.found_personal(home, 3, "ab", {"W0501": 2})
    archive_events.purge(home, 3, "ab", "coordinatrice", "demande du DPO")
    archive_events.purge(home, 3, "ab", "quelqu'un", "autre raison")
    purge = archive_events.purges(home)[3]
    assert (purge.purged_by, purge.reason) == ("coordinatrice", "demande du DPO")
    assert archive_events.purged_contents(home) == {"ab"}
    assert json.loads((home.archive / "personal" / "000000003.json").read_text())["counts"] == {"W0501": 2}


def test_purged_bytes_dropped_again_are_received_and_not_kept(home: Home) -> None:
    lay(home, "a.xlsx", b"secret")
    reception = archive.receive(home).received[0]
    archive_events.purge(home, 1, reception.content_sha256, "moi", "raison")
    archive.content_path(home, reception.content_sha256).unlink()
    lay(home, "b.xlsx", b"secret")
    assert [r.content_sha256 for r in archive.receive(home).received] == [reception.content_sha256]
    assert not archive.content_path(home, reception.content_sha256).exists()
