"""A full disk, a home that cannot be written, damaged layers, a vanished intake, files that change under the reader.

Each: said in a sentence with its remedy, mended, and the state then equals that of a home left in peace.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.orchestration.jobs import ANALYSIS_JOB, INTAKE_JOB
from pipelines.warehouse.publication import current_release, row_counts
from sources.archive import archive
from sources.home.home import Home
from sources.home.writer_lock import exclusive
from tests import needs
from tests.faults.conftest import DROPS, copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import (
    STAGES,
    Pass,
    Stage,
    drop,
    finish_pass,
    name_of,
    purpose_of_writer,
    stage_of,
    start_pass,
    wait_for,
)
from tests.pipelines.conftest import LYON

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

Peaceful = tuple[Home, dict[str, float]]
TO_THE_ANALYSES = (INTAKE_JOB, ANALYSIS_JOB)
LEFT_BYTES = 64 * 2**10
"""Free bytes that are left when the disk fills up: enough for no stage."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, whose size and rights can be changed."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1g,nr_inodes=100k", "tmpfs", str(place)]
    if os.getuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


def fill(place: Path) -> None:
    """Leave next to nothing free; what was written meanwhile can have made the new size too small already."""
    for _ in range(1000):
        with suppress(subprocess.CalledProcessError):
            remount(place, f"size={shutil.disk_usage(place).used + LEFT_BYTES}")
            return
    raise AssertionError("the disk grows faster than it can be filled")


def move_runs_out_of(home: Home, place: Path) -> None:
    """Dagster's own files onto another disk: else they are always the first that do not find room."""
    shutil.move(home.dagster, place)
    home.dagster.symlink_to(place)


def dropped_in(home: Home) -> Home:
    for number in range(DROPS):
        drop(home, number)
    return home


def assert_refused_in_words(home: Home, said_file: Path) -> str:
    """A pass that fails, with a sentence and its code, and leaves the publication; what was said."""
    before = current_release(home)
    said = end_in_words(start_pass(home, said_file, TO_THE_ANALYSES))
    assert current_release(home) == before, "readers keep the last good publication"
    return said


def assert_the_next_pass_mends(home: Home, undisturbed: Home, said_file: Path) -> None:
    """The exports, which take as long as the rest and change no table, have a stage of their own."""
    finish_pass(home, said_file, TO_THE_ANALYSES)
    assert_nothing_lost_or_twice(home, undisturbed)


def end_in_words(started: Pass) -> str:
    """What a pass said that failed: a sentence with its code."""
    code, said, _ = started.end()
    assert code == 2, said
    assert "[O" in said and "[O0000]" not in said and "Traceback" not in said, said
    return said


def _named(parameter: Stage | bool) -> str:
    if isinstance(parameter, Stage):
        return parameter.phase
    return "with_runs" if parameter else "without_runs"


@pytest.mark.parametrize(
    ("stage", "holds_runs"), [*((stage, False) for stage in STAGES), (STAGES[0], True), (STAGES[3], True)], ids=_named
)
def test_a_disk_that_fills_up_in_a_stage_stops_the_pass_with_a_sentence_and_loses_nothing(
    demo_home: Home, peaceful: Peaceful, disk: Path, tmp_path: Path, stage: Stage, holds_runs: bool
) -> None:
    home = dropped_in(copy_of(demo_home, disk / "home"))
    if not holds_runs:
        move_runs_out_of(home, tmp_path / "dagster")
    if stage.job != INTAKE_JOB:
        finish_pass(home, tmp_path / "said", [INTAKE_JOB])
    started = start_pass(home, tmp_path / "said", [stage.job])
    wait_for(stage, home, started, peaceful[1])
    reached = stage_of(purpose_of_writer(home) or stage.phase)
    fill(disk)
    said = end_in_words(started)
    print(f"full in « {reached} »: {said}")
    assert "Corrigez le modèle" not in said, "nobody is sent to mend what is not broken"
    release = current_release(home)
    assert release is not None and row_counts(home.current_release) == release.row_counts, "readers keep a whole one"
    remount(disk, "size=1g")
    assert_the_next_pass_mends(home, peaceful[0], tmp_path / "said")


def test_no_inode_left(demo_home: Home, peaceful: Peaceful, disk: Path, tmp_path: Path) -> None:
    home = dropped_in(copy_of(demo_home, disk / "home"))
    inodes = os.statvfs(disk)
    remount(disk, f"nr_inodes={inodes.f_files - inodes.f_ffree + 12}")
    print(assert_refused_in_words(home, tmp_path / "said"))
    remount(disk, "nr_inodes=100k")
    assert_the_next_pass_mends(home, peaceful[0], tmp_path / "said")


def test_a_read_only_home(demo_home: Home, peaceful: Peaceful, disk: Path, tmp_path: Path) -> None:
    home = dropped_in(copy_of(demo_home, disk / "home"))
    remount(disk, "ro")
    assert "[O0102]" in assert_refused_in_words(home, tmp_path / "said")
    remount(disk, "rw")
    assert_the_next_pass_mends(home, peaceful[0], tmp_path / "said")


@pytest.mark.parametrize("closed", ["archive", "lake", "warehouse", "published", "dagster"])
def test_a_folder_without_the_right_to_write(demo_home: Home, peaceful: Peaceful, tmp_path: Path, closed: str) -> None:
    home = dropped_in(copy_of(demo_home, tmp_path / "home"))
    folders = [path for path in (home.root / closed, *(home.root / closed).rglob("*")) if path.is_dir()]
    modes = {path: path.stat().st_mode & 0o777 for path in folders}
    for path in folders:
        path.chmod(0o555)
    print(assert_refused_in_words(home, tmp_path / "said"))
    for path, mode in modes.items():
        path.chmod(mode)
    assert_the_next_pass_mends(home, peaceful[0], tmp_path / "said")


def cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 3)


def damage_lake(home: Home) -> None:
    part = max((home.lake / "answers").glob("r*.parquet"))
    part.write_bytes(part.read_bytes()[:1000])


def damage_warehouse(home: Home) -> None:
    cut_short(home.warehouse)


def damage_link(home: Home) -> None:
    (home.published / "current").unlink()
    (home.published / "current").symlink_to("releases/absente")


def damage_all(home: Home) -> None:
    damage_lake(home)
    damage_warehouse(home)
    damage_link(home)


@pytest.mark.parametrize("damage", [damage_lake, damage_warehouse, damage_link, damage_all])
def test_damaged_layers_are_mended_by_doctor_and_the_next_pass(
    demo_home: Home, peaceful: Peaceful, tmp_path: Path, damage: Callable[[Home], None]
) -> None:
    home = dropped_in(copy_of(demo_home, tmp_path / "home"))
    damage(home)
    code, said, _ = start_pass(home, tmp_path / "said", TO_THE_ANALYSES).end()
    assert code in {0, 2} and "Traceback" not in said and "[O0000]" not in said, said
    repaired = CliRunner().invoke(app, ["doctor", "--repair", "--home", str(home.root)])
    assert (code == 0) or "réparé" in repaired.output, repaired.output
    assert_the_next_pass_mends(home, peaceful[0], tmp_path / "said")


def test_an_intake_that_vanishes_and_comes_back(demo_home: Home, peaceful: Peaceful, tmp_path: Path) -> None:
    """A share that is unmounted under the program: its drops are taken when it comes back."""
    home = dropped_in(copy_of(demo_home, tmp_path / "home"))
    home.intake.rename(tmp_path / "share")
    finish_pass(home, tmp_path / "said")
    shutil.rmtree(home.intake)
    (tmp_path / "share").rename(home.intake)
    assert_the_next_pass_mends(home, peaceful[0], tmp_path / "said")


def test_a_file_removed_or_rewritten_between_the_look_and_the_reading(
    demo_home: Home, peaceful: Peaceful, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went away is told and taken when it comes back; what was rewritten is received as it was read, once."""
    home = dropped_in(copy_of(demo_home, tmp_path / "home"))
    lyon = home.intake / LYON
    last = lyon / name_of(DROPS - 1)
    whole = {path: path.read_bytes() for path in (lyon / name_of(0), last)}
    for path in whole:
        path.write_bytes(b"PK-half")
    looked = archive.look

    def look_then_change(*arguments: object) -> object:
        found = looked(*arguments)  # type: ignore[arg-type]
        last.unlink()
        (lyon / name_of(0)).write_bytes(whole[lyon / name_of(0)])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(archive, "look", look_then_change)
        report = archive.receive(home)
    assert len(report.received) == DROPS - 1
    assert [left.path.name for left in report.left_alone] == [last.name]
    last.write_bytes(whole[last])
    assert_the_next_pass_mends(home, peaceful[0], tmp_path / "said")


def test_two_users_drop_the_same_name(demo_home: Home, peaceful: Peaceful, tmp_path: Path) -> None:
    """The second replaces the first's file after it was received and before it was answered: both are answered."""
    home, in_peace = copy_of(demo_home, tmp_path / "home"), copy_of(demo_home, tmp_path / "in_peace")
    for place in (home, in_peace):
        drop(place, 0, "meme-nom.xlsx")
        if place is in_peace:
            finish_pass(place, tmp_path / "said")
        else:
            assert len(archive.receive(place).received) == 1
        drop(place, 1, "meme-nom.xlsx")
        finish_pass(place, tmp_path / "said")
    assert_nothing_lost_or_twice(home, in_peace)


@needs.faketime
def test_a_clock_that_jumps_back_between_two_drops(demo_home: Home, peaceful: Peaceful, tmp_path: Path) -> None:
    """What was received and published is dated in the future: numbers order, not the clock."""
    home = dropped_in(copy_of(demo_home, tmp_path / "home"))
    environment = {**os.environ, "LD_PRELOAD": str(needs.FAKETIME_LIBRARY), "FAKETIME": "-2h"}
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    assert_nothing_lost_or_twice(home, peaceful[0])


def test_a_second_up_on_one_home_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    with exclusive(tmp_path / "up.lock", "cartographie up", wait_seconds=0):
        result = CliRunner().invoke(app, ["up", "--home", str(tmp_path)])
    assert result.exit_code == 2 and "[O0105]" in result.output and "travaille déjà" in result.output
