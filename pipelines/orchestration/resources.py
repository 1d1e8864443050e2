"""What the assets are given: the home they work in, and where Superset answers.

Belongs here: Dagster resources. Does not: the names of a home's folders (``sources.home.home``).

They are plain objects, not configurable ones: what a run may be told never says which folder is written nor which
address gets the administrator's password (annotate with ``ResourceParam``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.orchestration.runs.retries import trying_again_what_may_pass
from pipelines.products.dashboards import SUPERSET_URL_VARIABLE
from sources.home.configuration import configuration
from sources.home.home import Home
from sources.home.writer_lock import writing
from sources.referential.loader import Referential, load_referential


@dataclass(frozen=True)
class HomeResource:
    """One installation's home; ``root`` is its absolute path."""

    root: str
    wait_seconds: float | None = None

    @property
    def folders(self) -> Home:
        return Home(Path(self.root))

    def referential(self) -> Referential:
        """The shipped referential with the site's own rows; raises ``ReferentialError``."""
        return load_referential(self.folders.referential)

    @contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the home's write lock, for one step; waits as long as the configuration says unless told otherwise.

        What fails in it and may pass is tried again by Dagster.
        """
        configured = configuration(self.folders).runs.lock_wait_seconds
        wait_seconds = configured if self.wait_seconds is None else self.wait_seconds
        with trying_again_what_may_pass(), writing(Path(self.root), purpose, wait_seconds):
            yield


@dataclass(frozen=True)
class SupersetResource:
    """Where Superset answers; its account is read from the home."""

    url: str

    @classmethod
    def from_environment(cls) -> SupersetResource:
        """The address that ``up`` tells its children, else Superset's usual one on this machine."""
        return cls(url=os.environ.get(SUPERSET_URL_VARIABLE, "http://127.0.0.1:8088"))
