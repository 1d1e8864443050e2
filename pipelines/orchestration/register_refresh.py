"""The FINESS register brought again from where it is published, in the place of the one that is loaded.

Belongs here: bringing files. Does not: reading them and refusing one that lost too much (``sources.finess``), when it
is done (``schedules``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from sources.finess.fetching import bring
from sources.finess.files import FinessError
from sources.finess.loader import FinessReport
from sources.home.home import Home
from sources.versions.reference_loading import take_register


@contextmanager
def brought_files(home: Home, places: Sequence[str]) -> Iterator[list[Path]]:
    """The files at ``places`` (addresses or paths), here until the end; nothing is loaded, and no lock is needed.

    Raises ``FinessError``, or ``RegisterUnreachable`` for what may pass.
    """
    if not places:
        raise FinessError("Aucune adresse du répertoire FINESS : réglez [finess] sites (et entities).")
    with tempfile.TemporaryDirectory(prefix=".half-", dir=home.root) as folder:
        yield [bring(place, _target(Path(folder), number, place)) for number, place in enumerate(places)]


def _target(folder: Path, number: int, place: str) -> Path:
    """Where to lay the file: under its own name, which refusals quote."""
    (folder / str(number)).mkdir()
    return folder / str(number) / (PurePosixPath(place.split("?")[0]).name or "repertoire")


def take_brought(home: Home, path: Path) -> FinessReport:
    """Load a brought file, under the home's write lock; raises ``FinessError``, and then nothing of it is taken."""
    return take_register(home, path)
