"""The one line of ``cartographie.toml`` that the program writes itself: ``[warehouse] target``.

Belongs here: changing it, comments and all other lines left as they are. Does not: what settings mean
(``sources.home.configuration``). No other setting is ever written by the program.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import tomlkit

from sources.home.configuration import FILE_NAME, PREFIX
from sources.home.durable import write_whole
from sources.home.home import Home

VARIABLE = f"{PREFIX}WAREHOUSE__TARGET"


def overriding_variable() -> str | None:
    """The variable, as it is written, that would win over what the file says."""
    return next((name for name in os.environ if name.upper() in {VARIABLE, f"{PREFIX}WAREHOUSE"}), None)


def write_target(home: Home, target: str) -> Path:
    """Set the target in the file, whole or not at all, its rights kept; returns the file."""
    path = (home.root / FILE_NAME).resolve()
    said = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    said.setdefault("warehouse", tomlkit.table())["target"] = target
    before = path.stat() if path.exists() else None
    write_whole(path, tomlkit.dumps(said).encode(), 0o640 if before is None else stat.S_IMODE(before.st_mode))
    if before is not None and os.geteuid() == 0:
        os.chown(path, before.st_uid, before.st_gid)
    return path
