"""Reading in capped processes: each hostile file has an answer, and the next file is served."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.pool import ReaderPool
from sources.workbook.reading import RawSheet, read_workbook
from tests.sources.workbook import hostile


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """With the real limits."""
    pool = ReaderPool()
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def narrow_pool() -> Iterator[ReaderPool]:
    """With limits that are met sooner."""
    pool = ReaderPool(memory_bytes=200 * 2**20, seconds=1.5)
    yield pool
    pool.close()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "bon.xlsx"
    path.write_bytes(hostile.small_xlsx())
    return path


def read(pool: ReaderPool, folder: Path, content: bytes) -> list[RawSheet] | str:
    """The sheets, or the code of the rule broken."""
    path = folder / "hostile"
    path.write_bytes(content)
    try:
        return pool.read(path)
    except UnreadableFileError as error:
        return error.rule_code


STOPPED: list[tuple[Callable[[], bytes], set[str]]] = [
    (hostile.two_far_cells, {"E0006", "E0008"}),
    (hostile.five_hundred_columns_by_a_million_rows, {"E0006", "E0008"}),
    (hostile.zip_bomb, {"E0006", "E0008"}),
    (hostile.lying_zip, {"E0004", "E0006", "E0008"}),
    (hostile.seventeen_billion_ods_cells, {"E0004", "E0006", "E0008"}),
    (hostile.two_far_ods_cells, {"E0004", "E0006", "E0008"}),
    (hostile.xlsx_of_entities, {"E0004"}),
    (lambda: b";" * (45 * 2**20), {"E0006"}),
    (lambda: b"a" * (45 * 2**20), {"E0004"}),
    (lambda: b"a;b\n" * (15 * 2**20), {"E0006"}),
]


@pytest.mark.parametrize(("make", "codes"), STOPPED)
def test_a_hostile_file_has_an_answer_and_the_next_file_is_served(
    pool: ReaderPool, good: Path, tmp_path: Path, make: Callable[[], bytes], codes: set[str]
) -> None:
    assert read(pool, tmp_path, make()) in codes
    assert pool.read(good)[0].rows == [["a", "b"]]


@pytest.mark.parametrize("make", [hostile.ods_of_entities, hostile.deep_xml])
def test_what_the_reader_does_not_expand_harms_nobody(
    pool: ReaderPool, good: Path, tmp_path: Path, make: Callable[[], bytes]
) -> None:
    answer = read(pool, tmp_path, make())
    assert isinstance(answer, str) or sum(len(text) for s in answer for row in s.rows for text in row) < 100_000
    assert pool.read(good)[0].rows == [["a", "b"]]


def test_links_dde_and_web_calls_are_never_followed_and_give_the_stored_values(
    pool: ReaderPool, tmp_path: Path
) -> None:
    sheets = read(pool, tmp_path, hostile.reaching_outside())
    assert isinstance(sheets, list) and sheets[0].rows == [["1", "2", "3"]]


def test_memory_is_limited(narrow_pool: ReaderPool, good: Path, tmp_path: Path) -> None:
    assert read(narrow_pool, tmp_path, hostile.many_strings(6_000_000)) == "E0008"
    assert narrow_pool.read(good)[0].rows == [["a", "b"]]


def test_time_is_limited(narrow_pool: ReaderPool, good: Path, tmp_path: Path) -> None:
    endless = tmp_path / "sans-fin"
    os.mkfifo(endless)
    with pytest.raises(UnreadableFileError) as error:
        narrow_pool.read(endless)
    assert (error.value.rule_code, error.value.found) == ("E0008", "plus de 2 secondes")
    assert narrow_pool.read(good)[0].rows == [["a", "b"]]


def test_a_busy_machine_is_no_fault_of_the_file(narrow_pool: ReaderPool, good: Path, tmp_path: Path) -> None:
    """Bytes that come after the seconds of computing have gone by, and no computing."""
    late = tmp_path / "tard"
    os.mkfifo(late)
    writer = threading.Timer(2.5, late.write_bytes, [good.read_bytes()])
    writer.start()
    assert narrow_pool.read(late)[0].rows == [["a", "b"]]
    writer.join()


def test_computing_is_limited(good: Path, tmp_path: Path) -> None:
    pool = ReaderPool(seconds=0.2)
    assert read(pool, tmp_path, b"a;b\n" * 3_000_000) == "E0008"
    assert pool.read(good)[0].rows == [["a", "b"]]
    pool.close()


def test_sheets_come_back_equal_long_ones_too(pool: ReaderPool, tmp_path: Path) -> None:
    content = "\n".join(f"ligne {row};é;" for row in range(12_345)).encode()
    assert read(pool, tmp_path, content) == read_workbook(content)


def test_a_file_that_is_not_there_is_no_hostile_file(pool: ReaderPool, good: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pool.read(tmp_path / "absent")
    assert pool.read(good)[0].rows == [["a", "b"]]


def test_a_stopped_process_is_started_again(good: Path) -> None:
    pool = ReaderPool()
    pool.start()
    assert pool._process is not None
    os.kill(pool._process.pid, signal.SIGKILL)
    pool._process.wait()
    assert pool.read(good)[0].rows == [["a", "b"]]
    pool.close()


def test_a_file_whose_reader_is_killed_is_read_by_another(pool: ReaderPool, tmp_path: Path) -> None:
    """Whoever killed it, the file is not to blame: its answer would be a refusal."""
    content = "\n".join(f"ligne {row};é;" for row in range(300_000)).encode()
    killed: list[int] = []

    def kill_the_child() -> None:
        while not killed:
            children = Path(f"/proc/{pool.process_id}/task/{pool.process_id}/children").read_text().split()
            for child in map(int, children):
                os.kill(child, signal.SIGKILL)
                killed.append(child)

    pool.start()
    pool.close()  # no child waits from before: the one that is killed is the one that reads
    pool.start()
    killer = threading.Thread(target=kill_the_child)
    killer.start()
    found = read(pool, tmp_path, content)
    killer.join()
    assert found == read_workbook(content) and killed


def test_a_forked_process_reads_through_the_same_process(good: Path) -> None:
    pool = ReaderPool()
    assert pool.read(good)
    child = os.fork()
    if child == 0:
        os._exit(0 if pool.read(good)[0].rows == [["a", "b"]] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert pool.read(good)[0].rows == [["a", "b"]]
    pool.close()


def test_the_process_that_reads_stays_light_and_ends_with_those_who_use_it(good: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from sources.workbook.pool import READERS;"
        "READERS.read(Path(sys.argv[1])); print(READERS._process.pid, READERS._socket_path)"
    )
    said = subprocess.run([sys.executable, "-c", script, str(good)], capture_output=True, text=True, check=True)
    process_id, socket_path = said.stdout.split()
    for _ in range(100):
        if not Path(f"/proc/{process_id}").exists():
            break
        signal.sigtimedwait([], 0.1)
    assert not Path(f"/proc/{process_id}").exists() and not Path(socket_path).exists()
    heavy = "import sys, sources.workbook.reader_process; print([m for m in ('polars', 'pandera', 'duckdb') if m in sys.modules])"  # noqa: E501
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True).stdout.strip() == "[]"
