"""What the assets are given: the home they work in, and where Superset answers.

Belongs here: Dagster resources. Does not: the names of a home's folders (``sources.home``).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from dagster import ConfigurableResource

from pipelines.writer_lock import WAIT_SECONDS, writing
from sources.home import Home
from sources.referential.loader import Referential, load_referential


class HomeResource(ConfigurableResource):  # type: ignore[type-arg]
    """One installation's home; ``root`` is its absolute path."""

    root: str
    wait_seconds: float = WAIT_SECONDS

    @property
    def folders(self) -> Home:
        return Home(Path(self.root))

    def referential(self) -> Referential:
        """The shipped referential with the site's own rows; raises ``ReferentialError``."""
        return load_referential(self.folders.referential)

    def writing(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the home's write lock, for one step."""
        return writing(Path(self.root), purpose, self.wait_seconds)


class SupersetResource(ConfigurableResource):  # type: ignore[type-arg]
    """Where Superset answers; the account is read from the home."""

    url: str
