"""Names of files that hold personal data: who sends one must not leave it in what is kept for ever.

Would have shown: telephone numbers and birth dates in the records of receptions, in back-ups, after a purge.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.operations.status import read_status
from quality.answers import receipt_folders
from quality.batch.batch import process
from quality.batch.purge import purge
from quality.privacy.guard import shown_name
from sources.archive import archive
from sources.archive.archive_records import Reception, write_record
from sources.demonstration import drop_demonstration
from sources.home.home import Home
from sources.referential.loader import Referential
from tests.quality.conftest import LYON, submission

PERSONAL = {
    "Dupont 06 12 34 56 78.xlsx": "06 12 34 56 78",
    "jean.dupont@chu-exemple.fr.xlsx": "dupont@chu",
    "suivi_Marie_Durand_née_le_12-03-1961.xlsx": "12-03-1961",
    "patient 1 61 03 69 123 456 57.xlsx": "69 123 456",
}
MASKED = {name: secret for name, secret in PERSONAL.items() if shown_name(name)[1]}


def records(home: Home) -> str:
    return "".join(path.read_text() for path in sorted((home.archive / "receptions").iterdir()))


def take(home: Home, referential: Referential) -> None:
    archive.receive(home, shown_name)
    process(home, referential)


@pytest.mark.parametrize("name", MASKED)
def test_a_name_is_masked_in_its_record_and_its_file_is_found(
    home: Home, drop: Callable, referential: Referential, name: str
) -> None:
    drop(submission(), name=name)
    take(home, referential)
    take(home, referential)
    (reception,) = archive.receptions(home)
    assert MASKED[name] not in records(home) and reception.is_name_masked
    assert [path.name for path in (home.intake / LYON / "traités").iterdir()] == [f"000001_{name}"]
    assert not (home.intake / LYON / name).exists()
    answers = receipt_folders.names(home.receipts / LYON)
    assert any(answer.startswith("000001_") for answer in answers)
    assert not any(MASKED[name] in answer for answer in answers)
    page = next(answer for answer in answers if answer.endswith(".html") and answer.startswith("000001_"))
    assert "donnée personnelle" in (home.receipts / LYON / page).read_text()
    purge(home, referential, reception.content_sha256, "essai", "essai")
    assert list((home.intake / LYON / "traités").iterdir()) == []


def test_a_drop_that_lies_there_is_known_by_what_it_is(home: Home, drop: Callable, referential: Referential) -> None:
    """Received again at each pass, or never removed by a purge."""
    name = next(iter(MASKED))
    drop(submission(), name=name)
    (reception,) = archive.receive(home, shown_name).received
    assert archive.receive(home, shown_name).received == [] and archive.lying(home) == [reception]
    archive.remove_drop(home, archive.reception(home, reception.number))
    assert not (home.intake / LYON / name).exists()


def test_files_of_a_zip_whose_masked_names_are_the_same(
    home: Home, drop: Callable, referential: Referential, tmp_path: Path
) -> None:
    """One hospital's workbook lost behind another whose name is masked alike."""
    drop(submission(), name="a.xlsx")
    content = (home.intake / LYON / "a.xlsx").read_bytes()
    (home.intake / LYON / "a.xlsx").unlink()
    other = archive_with_comment(content)
    with zipfile.ZipFile(home.intake / LYON / "lot.zip", "w") as packed:
        packed.writestr("Dupont 06 12 34 56 78.xlsx", content)
        packed.writestr("Dupont 06 12 34 56 79.xlsx", other)
    for _ in range(2):
        take(home, referential)
    assert "06 12 34" not in records(home)
    assert len([each for each in archive.receptions(home) if each.derived_from == 1]) == 2


def archive_with_comment(content: bytes) -> bytes:
    """The same workbook in other bytes."""
    import io

    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as workbook:
        workbook.comment = b"x"
    return stream.getvalue()


def test_a_purge_masks_the_name_in_a_record_of_before(home: Home, referential: Referential) -> None:
    content = b"x"
    archive.keep_content(home, content)
    sha256 = hashlib.sha256(content).hexdigest()
    name = next(iter(MASKED))
    write_record(home, Reception(1, LYON, name, sha256, 1, datetime.now(UTC), 0))
    purge(home, referential, sha256, "essai", "essai")
    (record,) = [json.loads(path.read_text()) for path in (home.archive / "receptions").iterdir()]
    assert MASKED[name] not in json.dumps(record) and record["is_name_masked"] and record["number"] == 1


@pytest.mark.parametrize(
    "name", [b"\x1b]0;ok\x07\x1b[31m.tmp", b"a\nRien n'attend.tmp", b"\xff.tmp", "\u202egnp.tmp".encode()]
)
def test_a_name_that_is_left_alone_commands_no_terminal(home: Home, name: bytes) -> None:
    """Lines of one's choosing in what ``status`` tells, or a terminal that obeys."""
    (home.intake / LYON / os.fsdecode(name)).write_bytes(b"x")
    told = [line for line in read_status(home).as_lines() if line.startswith("Laissé en place")]
    assert len(told) == 1 and told[0].isprintable() and "fichier temporaire" in told[0]


def test_the_demonstration_writes_through_no_link(home: Home, referential: Referential, tmp_path: Path) -> None:
    """Any file that the service may write, replaced by a workbook of the demonstration."""
    goal = tmp_path / "goal"
    goal.write_bytes(b"kept")
    drop_demonstration(home, referential)
    laid = sorted(path for path in home.intake.rglob("*.xlsx"))
    for path in laid:
        path.unlink()
        path.symlink_to(goal)
        (path.parent / f".{path.name}").symlink_to(goal)
    drop_demonstration(home, referential)
    assert goal.read_bytes() == b"kept" and not any(path.is_symlink() for path in laid)


def test_the_demonstration_follows_no_folder_that_is_a_link(
    home: Home, referential: Referential, tmp_path: Path
) -> None:
    for folder in home.intake.iterdir():
        folder.rmdir()
        folder.symlink_to(tmp_path)
    with pytest.raises(OSError):
        drop_demonstration(home, referential)
    assert not list(tmp_path.glob("*.xlsx"))
