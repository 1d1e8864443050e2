"""A text as personal data are looked for in it: one kind of space, dash, dot and digit, and nothing that does not show.

Belongs here: that shape, and the way back to the text as it was. Does not: what is looked for (``detectors``).

A name behind a full-width sign, a number cut by soft hyphens or written with no-break spaces is the same to a reader.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from sources.text.characters import folded_code, visible

_DOTS, _SLASHES = frozenset("·•∙⋅・‧●▪。"), frozenset("⁄∕")
"""What stands between the pairs of a number as a dot or a slash does."""


class _Folds(dict[int, str | None]):
    """Code point → what stands for it; None where it does not show. Filled as letters are met."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        found: str | None
        if letter == "\n":
            found = letter
        elif folded_code(letter) == "-":
            found = "-"
        elif letter in _DOTS:
            found = "."
        elif letter in _SLASHES:
            found = "/"
        elif letter.isspace() or visible(letter) == " ":
            found = " "
        elif not visible(letter):
            found = None
        else:
            plain = unicodedata.normalize("NFKC", letter)
            found = plain if len(plain) == 1 else letter
        self[code] = found
        return found


_FOLDS = _Folds()


class Folded(NamedTuple):
    """``text`` in that shape; ``places``: index in it → index in the text as it was, None where they are the same."""

    text: str
    places: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The places in the text as it was of what stands from ``start`` to ``end`` in the folded one."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> str:
    """The text in that shape; of equal length unless it holds what does not show."""
    return text.translate(_FOLDS)


def folded(text: str) -> Folded:
    """The same, with the way back."""
    plain = fold(text)
    if len(plain) == len(text):
        return Folded(plain, None)
    return Folded(plain, [index for index, letter in enumerate(text) if _FOLDS[ord(letter)] is not None])
