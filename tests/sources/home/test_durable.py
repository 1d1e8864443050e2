"""Files written together: each whole, none replaced, nothing left of those that were not made."""

import os
from pathlib import Path

import pytest

from sources.home import durable
from sources.home.durable import NewFile, create_together


def test_a_group_stops_at_the_first_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"avant")
    made = create_together([NewFile(tmp_path / name, name.encode()) for name in "abc"])
    assert made == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"a", "b": b"avant"}


def test_more_files_than_a_group_holds_are_all_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_FILES_AT_ONCE", 2)
    files = [NewFile(tmp_path / f"{index % 2}" / f"{index}", b"x" * index, 0o440) for index in range(5)]
    assert create_together(files) == 5
    assert [file.path.read_bytes() for file in files] == [file.content for file in files]
    assert files[0].path.stat().st_mode & 0o777 == 0o440


def test_no_file_is_seen_before_its_whole_group_is_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(descriptor: int) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="plein"):
        create_together([NewFile(tmp_path / "a", b"a"), NewFile(tmp_path / "b", b"b")])
    assert list(tmp_path.iterdir()) == []


def test_what_is_half_written_is_never_taken_for_a_finished_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor by who lists the folder meanwhile, nor after the writer was killed."""
    seen: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.extend(path.name for path in tmp_path.iterdir()))
    create_together([NewFile(tmp_path / "000000034.json", b"{}"), NewFile(tmp_path / "000000035.json", b"{}")])
    assert len(set(seen) - {"000000034.json", "000000035.json"}) == 2
    assert [name for name in seen if name.startswith(".half-") and Path(name).suffix] == []


def test_what_a_killed_writer_left_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be the finished file under another name."""
    with monkeypatch.context() as killed:
        killed.setattr(os, "unlink", lambda *_: None)
        create_together([NewFile(tmp_path / "000000034.json", b"avant")])
    create_together([NewFile(tmp_path / "000000034.json", b"apres")])
    assert (tmp_path / "000000034.json").read_bytes() == b"avant"
