"""What a folder of back-ups that somebody else wrote in can try. Paths that climb: ``tests/pipelines/operations``.

Each attempt says in its docstring what it would have shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.operations.backup.backup import SNAPSHOTS, BackupError, Snapshot, back_up, object_path, snapshots
from pipelines.operations.backup.restore import restore
from sources.home.home import Home
from tests.quality.conftest import submission

DAMAGED = [b"{", b"[]", b"\xff", b'{"format": 1}', b'{"format": 1, "entries": [{"path": "a"}]}', b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_list_stops_neither_the_next_back_up_nor_an_older_restoration(
    home: Home, drop: Callable, take: Callable, tmp_path: Path, content: bytes
) -> None:
    """No back-up any more since one list was cut short; contents removed that it still listed."""
    drop(submission())
    take()
    first = back_up(home, tmp_path / "b").snapshot
    bad = tmp_path / "b" / SNAPSHOTS / "29990101T000000.000000Z.json"
    bad.write_bytes(content)
    with pytest.raises(BackupError, match="abîmé"):
        restore(tmp_path / "b", Home(tmp_path / "r"))
    restore(tmp_path / "b", Home(tmp_path / "r2"), first.name)
    left = object_path(tmp_path / "b", "0" * 64)
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"listed by nobody knows whom")
    back_up(home, tmp_path / "b")
    assert left.exists() and bad.exists()


def test_a_list_that_gives_an_original_other_bytes(home: Home, drop: Callable, take: Callable, tmp_path: Path) -> None:
    """Every later back-up holds these bytes in the place of what was received, and says nothing of it."""
    drop(submission())
    take()
    back_up(home, tmp_path / "b")
    path = snapshots(tmp_path / "b")[-1]
    said = json.loads(path.read_text())
    other = hashlib.sha256(b"other").hexdigest()
    object_path(tmp_path / "b", other).parent.mkdir(parents=True, exist_ok=True)
    object_path(tmp_path / "b", other).write_bytes(b"other")
    said["entries"] = [each | {"sha256": other} for each in said["entries"]]
    path.write_text(json.dumps(said))
    report = back_up(home, tmp_path / "b")
    originals = [each for each in Snapshot.read(snapshots(tmp_path / "b")[-1]).entries if "/content/" in each.path]
    assert originals and all(each.sha256 == Path(each.path).name for each in originals) and report.damaged == []
