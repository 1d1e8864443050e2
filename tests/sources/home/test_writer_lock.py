"""The write lock: one holder at a time, named to those who wait, gone with its process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sources.home.writer_lock import WriterBusy, writing

HOLD = """
import sys, time
from pathlib import Path
from sources.home.writer_lock import writing
with writing(Path(sys.argv[1]), "essai"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock of ``tmp_path``."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_writer_is_told_who_writes(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(WriterBusy, match=rf"n° {holder.pid}, essai"), writing(tmp_path, "autre", wait_seconds=0):
        pass


def test_a_killed_writer_leaves_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with writing(tmp_path, "suivant", wait_seconds=5):
        assert "suivant" in (tmp_path / "writer.lock").read_text()


def test_the_lock_is_free_again_after_use_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path, "un", wait_seconds=0):
        raise ZeroDivisionError
    with writing(tmp_path, "deux", wait_seconds=0):
        pass
