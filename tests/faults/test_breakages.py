"""A full disk, damaged layers, a vanished intake: said with a remedy, mended, and equal to an undisturbed state."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.publication import current_release
from pipelines.writer_lock import exclusive
from sources.home import Home
from tests.faults.conftest import DROPS, assert_nothing_lost_or_twice, copy_of, drop, run

pytestmark = pytest.mark.faults


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, whose size can be changed."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def resize(place: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(place)], check=True)


def test_a_full_disk_stops_the_pass_with_a_sentence_and_loses_nothing(
    demo_home: Home, undisturbed: Home, small_disk: Path
) -> None:
    home = copy_of(demo_home, small_disk / "home")
    for number in range(DROPS):
        drop(home, number)
    before = current_release(home)
    used = shutil.disk_usage(small_disk).used
    resize(small_disk, str(used + 3 * 2**20))
    code, said = run(home)
    assert code == 2 and "Traceback" not in said, said
    assert current_release(home) == before, "readers keep the last good publication"
    resize(small_disk, "1g")
    code, said = run(home)
    assert code == 0, said
    assert_nothing_lost_or_twice(home, undisturbed)


def test_damaged_layers_are_mended_by_doctor_and_the_next_pass(
    demo_home: Home, undisturbed: Home, tmp_path: Path
) -> None:
    home = copy_of(demo_home, tmp_path / "home")
    for number in range(DROPS):
        drop(home, number)
    part = next((home.lake / "answers").glob("r*.parquet"))
    part.write_bytes(part.read_bytes()[:1000])
    with home.warehouse.open("r+b") as warehouse:
        warehouse.truncate(home.warehouse.stat().st_size // 3)
    (home.published / "current").unlink()
    (home.published / "current").symlink_to("releases/absente")

    code, said = run(home)
    assert code == 2 and "[O0" in said and "Traceback" not in said, said
    repaired = CliRunner().invoke(app, ["doctor", "--repair", "--home", str(home.root)])
    assert repaired.output.count("réparé") == 3, repaired.output
    code, said = run(home)
    assert code == 0, said
    assert_nothing_lost_or_twice(home, undisturbed)

    shutil.rmtree(home.intake)
    assert run(home)[0] == 0
    assert_nothing_lost_or_twice(home, undisturbed)


def test_a_second_up_on_one_home_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    with exclusive(tmp_path / "up.lock", "cartographie up", wait_seconds=0):
        result = CliRunner().invoke(app, ["up", "--home", str(tmp_path)])
    assert result.exit_code == 2 and "[O0105]" in result.output and "travaille déjà" in result.output
