"""What the product did not write, where it keeps what it wrote: nobody reads it, and somebody should know.

Belongs here: naming foreign files in the archive, the lake and the receipts, and what stands in the way in the intake.
Does not: taking them away; only those of the lake are, by the next pass, since the models read it whole.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.operations.doctor.finding import Finding, error, warning, well
from quality.answers import receipt_folders
from sources.archive import archive
from sources.archive.archive_records import RECORD_NAMES, unreadable_records
from sources.archive.drops import ANSWERED_FOLDER
from sources.home.handles import foreign_names, owners
from sources.home.home import Home
from sources.lake.lake_parts import SET_APART_FOLDER, foreign_parts

_CONTENT = "content"
_CONTENT_NAMES = re.compile(r"[0-9a-f]{64}")
_SHOWN = 5
_LOOK = "regardez d'où cela vient et qui peut écrire là, puis retirez-le ; rien de cela n'est lu"


def examine_foreign(home: Home) -> Iterator[Finding]:
    foreign = [*_in_archive(home.archive)]
    if foreign:
        yield warning("D0203", f"l'archive contient ce que nous n'avons pas écrit : {_named(home, foreign)}", _LOOK)
    if unreadable := unreadable_records(home):
        said = f"un enregistrement de réception ne se lit pas : {_named(home, unreadable)}"
        yield error("D0204", said, "remettez-le d'une sauvegarde ; les autres réceptions sont traitées sans lui")
    if parts := list(foreign_parts(home)):
        said = f"le lac contient ce que nous n'avons pas écrit : {_named(home, parts)}"
        yield warning("D0305", said, f"la prochaine passe le met dans {SET_APART_FOLDER}/ ; voyez d'où cela vient")
    if apart := sorted((home.root / SET_APART_FOLDER).glob("*")):
        yield warning("D0306", f"retiré du lac, car nous ne l'avons pas écrit : {_named(home, apart)}", _LOOK)
    if answers := list(_in_receipts(home)):
        yield warning(
            "D0113", f"les accusés contiennent ce que nous n'avons pas écrit : {_named(home, answers)}", _LOOK
        )
    if in_the_way := list(_in_intake(home)):
        said = "dans les dépôts, lien, second nom ou dossier de quelqu'un d'autre, laissé de côté : "
        remedy = "demandez une copie ordinaire du fichier, et retirez ce qui tient la place de traités/"
        yield warning("D0114", said + _named(home, in_the_way), remedy)
    if not (foreign or unreadable or parts or answers):
        yield well("D0203", "archive, lac et accusés ne contiennent que ce que nous avons écrit")


def _named(home: Home, paths: list[Path]) -> str:
    shown = ", ".join(repr(str(path.relative_to(home.root)))[1:-1] for path in paths[:_SHOWN])
    return shown + (f" et {len(paths) - _SHOWN} autre(s)" if len(paths) > _SHOWN else "")


def _in_archive(folder: Path) -> Iterator[Path]:
    """Records stand in folders, some one deeper; contents by the beginning of their names."""
    for path in _entries(folder):
        if path.is_symlink() or not path.is_dir():
            yield path
        elif path.name == _CONTENT:
            yield from (one / name for one in _entries(path) for name in _foreign(one, _CONTENT_NAMES))
        elif any(below.is_dir() for below in _entries(path)):
            yield from (one / name for one in _entries(path) for name in _foreign(one, RECORD_NAMES))
        else:
            yield from (path / name for name in _foreign(path, RECORD_NAMES))


def _foreign(folder: Path, names: re.Pattern[str]) -> list[str]:
    return foreign_names(folder, names) if folder.is_dir() and not folder.is_symlink() else [""]


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _in_receipts(home: Home) -> Iterator[Path]:
    for folder in receipt_folders.folders(home.receipts):
        yield from (folder / name for name in receipt_folders.foreign(folder))


def _in_intake(home: Home) -> Iterator[Path]:
    told = ("lien", "porte un second nom", "n'est pas")
    yield from (left.path for left in archive.left_alone(home) if left.reason.startswith(told))
    yield from _not_ours(home, (folder / ANSWERED_FOLDER for folder in [home.intake, *_entries(home.intake)]))


def _not_ours(home: Home, folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        try:
            status = folder.lstat()
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode) and status.st_uid not in owners(home.intake):
            yield folder
