"""The FINESS register brought again from where it is published, in the place of the one that is loaded.

Belongs here: bringing files, and refusing one that lost too much. Does not: reading them (``sources.finess``), when it
is done (``schedules``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sources import lake
from sources.finess.fetching import bring
from sources.finess.files import FinessError
from sources.finess.loader import REGISTER_PART, FinessReport, load_finess
from sources.home import Home
from sources.reference_loading import take_register

LEAST_SHARE = 0.9
"""A register with fewer rows than this share of the one loaded is taken for a file cut short."""


@contextmanager
def brought_files(home: Home, places: Sequence[str]) -> Iterator[list[Path]]:
    """The files at ``places`` (addresses or paths), here until the end; nothing is loaded, and no lock is needed.

    Raises ``FinessError``, or ``RegisterUnreachable`` for what may pass.
    """
    if not places:
        raise FinessError(
            "Aucune adresse du répertoire FINESS : réglez [finess] sites (et entities), ou donnez-les dans Launchpad."
        )
    with tempfile.TemporaryDirectory(prefix=".half-", dir=home.root) as folder:
        yield [bring(place, Path(folder) / f"{number}.csv") for number, place in enumerate(places)]


def take_brought(home: Home, path: Path) -> FinessReport:
    """Load a brought file, under the home's write lock; raises ``FinessError``, and then nothing of it is taken."""
    with tempfile.TemporaryDirectory(prefix=".half-", dir=home.root) as folder:
        found = load_finess(path, Path(folder))
    loaded = home.lake / found.table / f"{REGISTER_PART}.parquet"
    before = lake.read(home.lake, found.table).height if loaded.exists() else 0
    if found.taken_count < before * LEAST_SHARE:
        raise FinessError(
            f"Le répertoire FINESS apporté a {found.taken_count} lignes, et celui qui est chargé {before} : il semble "
            "incomplet, et rien n'est changé. S'il est juste, prenez-le par « cartographie sources finess »."
        )
    return take_register(home, path)
