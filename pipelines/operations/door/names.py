"""Names of files that a browser sends: whatever they hold, a name of the intake comes out, or a refusal in words.

Belongs here: names. Does not: what is a drop (``sources.drops``).
"""

from __future__ import annotations

import re
import unicodedata

from sources.archive.drops import ANSWERED_FOLDER, is_temporary_name

LONGEST_BYTES = 180
"""Of a name in UTF-8: systems take 255, and a receipt's name is longer by its number."""

_UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_SHOWN_ELSEWHERE = re.compile(r'[<>:"|?*]')


class UnfitName(ValueError):
    """A name under which the intake would not take a file; the message is French."""


def fit_name(sent: str) -> str:
    """The last part of a path, composed, without what does not show; raises UnfitName."""
    last = re.split(r"[/\\]", sent)[-1]
    shown = "".join(" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", last))
    shown = "".join(letter for letter in shown if unicodedata.category(letter) not in _UNSHOWN)
    name = _shortened(_SHOWN_ELSEWHERE.sub("_", re.sub(r" +", " ", shown)).strip(" "))
    if not name.strip("._ ") or name == ANSWERED_FOLDER:
        raise UnfitName("Un fichier est arrivé sans nom utilisable : renommez-le, puis choisissez-le à nouveau.")
    if is_temporary_name(name):
        raise UnfitName(
            f"« {name} » est le fichier temporaire d'un logiciel, pas le classeur : fermez le classeur, puis "
            "choisissez le fichier lui-même."
        )
    return name


def _shortened(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, dot, suffix = name, "", ""
    room = LONGEST_BYTES - len((dot + suffix).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip() + dot + suffix
