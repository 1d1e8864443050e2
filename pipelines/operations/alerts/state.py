"""What was told already, in ``<home>/alerts.json``: a restart or a restoration tells nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sources.home.durable import write_whole
from sources.home.home import Home

FILE_NAME = "alerts.json"
_KEPT_DAYS = 400
"""Longer than a campaign: a deadline is not recalled twice, and the file does not grow without bound."""


@dataclass
class AlertState:
    """``told`` maps a key → when (UTC, ISO); ``since_reception`` is the last reception before alerts began."""

    told: dict[str, str] = field(default_factory=dict)
    since_reception: int = 0
    since: str = ""
    mailed_reception: int = 0

    @classmethod
    def load(cls, home: Home) -> AlertState | None:
        """The state of a home, None before the first look."""
        try:
            return cls(**json.loads(_path(home).read_text()))
        except FileNotFoundError:
            return None

    def add(self, keys: Iterable[str]) -> None:
        now = datetime.now(UTC)
        self.told |= dict.fromkeys(keys, now.isoformat(timespec="seconds"))
        oldest = (now - timedelta(days=_KEPT_DAYS)).isoformat()
        self.told = {key: when for key, when in self.told.items() if when >= oldest}

    def save(self, home: Home) -> None:
        write_whole(_path(home), json.dumps(vars(self), indent=1, sort_keys=True).encode(), mode=0o600)


def _path(home: Home) -> Path:
    return home.root / FILE_NAME
