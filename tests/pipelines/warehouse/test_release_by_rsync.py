"""The lines of docs/echelle.md that bring a release to another host, run as they stand: a folder is that host."""

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sources.home.home import Home
from tests import needs
from tests.pipelines.warehouse.test_release_copy import publish, seen

pytestmark = needs.rsync

PAGE = Path(__file__).parents[3] / "docs" / "echelle.md"


class Hosts:
    """The home that publishes, and the folder that stands for the other host's ``published/``."""

    def __init__(self, place: Path) -> None:
        self.home, self.other = Home(place / "home"), place / "other" / "published"
        self.other.mkdir(parents=True)
        [block] = [block for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) if "rsync" in block]
        self._lines = block.replace("autre:/srv/cartographie/published", str(self.other))
        self._lines = self._lines.replace("/srv/copie", str(place / "copy"))
        assert "/srv/" not in self._lines and "autre" not in self._lines
        self._path = f"{place / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.programs = place / "bin"

    def bring(self) -> int:
        variables = {**os.environ, "PATH": self._path, "CARTOGRAPHIE_HOME": str(self.home.root)}
        return subprocess.run(["sh", "-c", self._lines], env=variables, check=False, capture_output=True).returncode

    def stand_in(self, text: str) -> None:
        """Another program in the place of rsync, from now on."""
        self.programs.mkdir(exist_ok=True)
        (self.programs / "rsync").write_text(f"#!/bin/sh\n{text}\n")
        (self.programs / "rsync").chmod(0o755)


@pytest.fixture
def hosts(tmp_path: Path) -> Hosts:
    return Hosts(tmp_path)


def test_each_release_arrives_and_what_left_leaves(hosts: Hosts) -> None:
    for number in range(1, 6):
        name = publish(hosts.home, number)
        assert hosts.bring() == 0 and seen(hosts.other) == (number, number)
        assert hosts.bring() == 0
    kept = {path.name for path in (hosts.other / "releases").iterdir()}
    assert len(kept) == 3 and name in kept and {path.name for path in hosts.other.iterdir()} == {"current", "releases"}


def test_a_reader_sees_a_whole_release_at_each_moment(hosts: Hosts) -> None:
    publish(hosts.home, 1)
    assert hosts.bring() == 0
    found: set[int] = set()
    wrong: list[object] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            try:
                first, last = seen(hosts.other)
            except Exception as problem:  # a link that is not there is what must not be
                wrong.append(problem)
            else:
                found.add(first)
                wrong.extend([] if first == last else [(first, last)])

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2, 6):
        publish(hosts.home, number)
        assert hosts.bring() == 0
    is_over.set()
    reader.join()
    assert wrong == [] and found >= {1, 5}


@pytest.mark.parametrize("good_ones", range(3))
def test_a_line_that_fails_leaves_readers_a_whole_release_and_the_next_time_ends_it(
    hosts: Hosts, good_ones: int
) -> None:
    """The first line that fails brought half of a file, as a cut of the network does with ``--inplace`` or a kill."""
    publish(hosts.home, 1)
    assert hosts.bring() == 0
    name = publish(hosts.home, 2)
    count = hosts.programs.with_name("count")
    count.write_text("")
    half = hosts.other / "releases" / name
    hosts.stand_in(
        f'echo >> {count}\nif [ "$(wc -l < {count})" -le {good_ones} ]; then exec {shutil.which("rsync")} "$@"; fi\n'
        f"mkdir -p {half}; test -e {half}/warehouse.duckdb || echo half > {half}/warehouse.duckdb; exit 12"
    )
    assert hosts.bring() == 12
    whole = 2 if good_ones == 2 else 1
    assert seen(hosts.other) == (whole, whole)
    shutil.rmtree(hosts.programs)
    assert hosts.bring() == 0 and seen(hosts.other) == (2, 2)
