"""Text whose accents another program lost or spelt out on its way here: « r?daction », « r&eacute;daction ».

Belongs here: telling it, where no French text is written so. Does not: putting accents back (which letter « ? » was is
a guess). Signs in the place of accents (« Ã© »): ``twice_encoded``.
"""

from __future__ import annotations

import re

from sources.workbook.text.french_text import known_words

_SIGN = re.compile(r"[?&%=\\]")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
_INSIDE = re.compile(r"[^\W\d_]\?+[^\W\d_]|(?<![\w?])\?+[^\W\d_]")
_SPELT_OUT = re.compile(
    r"&(?:[A-Za-z]{2,8}|#[0-9]{2,5}|#x[0-9A-Fa-f]{2,4});|%C3%[89AB][0-9A-F]|=C3=[89AB][0-9A-F]|\\u0{1,2}[0-9A-Fa-f]{2,3}"
)
_AT_THE_END = re.compile(r"(?<![\w?])([^\W\d_]{2,})\?(?![\w?])")
_LAST_LETTERS = "éàèùûîêô"


def has_lost_accents(text: str) -> bool:
    """Whether some word of the text shows it; the address of a page holds such signs for reasons of its own."""
    if not _SIGN.search(text):
        return False
    words = _ADDRESS.sub(" ", text)
    if _INSIDE.search(words) or _SPELT_OUT.search(words):
        return True
    ends = _AT_THE_END.findall(words) if "?" in words else []
    return any(known_words(word + letter) for word in ends for letter in _LAST_LETTERS)
