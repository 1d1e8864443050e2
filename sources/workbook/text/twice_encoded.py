"""Text that some program took for another encoding and wrote as UTF-8, once or more: « Ã© » or « Ž » for « é ».

Belongs here: undoing it where what comes out is French. Does not: telling encodings (``encodings``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import permutations

from sources.workbook.text.french_text import known_words, oddness

LOST = "\ufffd"

_UNUSUAL = re.compile("[^\\x00-\\x7fàâçéèêëîïôùûœÀÇÉÈÊËÎÏÔÙÛŒ«»’…–—€°\u00a0\u202f]")
_TRACE = re.compile("[ÃÂ├┬√Γ][^\\x00-\\x7f]|Ã|Â$|â€|‚Ä")
_CUT = {"Ã": "à", "Â": ""}
"""What is left of « Ã » and « Â » before a no-break space, where a program made that space a blank: « à », a blank."""
_TOKEN = re.compile(r"[^\W_]*[^\x00-\x7f][\w\u0080-\U0010ffff]*")
_WRONG = ("cp1252", "latin-1", "mac_roman", "cp858", "cp437")
_LAYERS = 3
_LONGEST_CHARACTER = 4


def may_be_misread(text: str) -> bool:
    """Whether something in the text could be such a trace: said at once of most texts."""
    return not text.isascii() and _UNUSUAL.search(text) is not None


def proves_it(text: str) -> bool:
    """Whether some word of the text was written twice without doubt: whole characters of UTF-8 that give French."""
    return may_be_misread(text) and any(_is_strange(token) and _written_twice(token) for token in _TOKEN.findall(text))


def mended(text: str, is_proven: bool = False) -> tuple[str, str]:
    """The text with what was written twice undone, and how in French ("" where nothing was).

    A word that shows the trace and cannot be mended holds ``LOST`` instead. ``is_proven``: another text of the same
    file ``proves_it``: a « Ã » whose second half became a blank is then « à », and a guess otherwise.
    """
    if not may_be_misread(text):
        return text, ""
    count, is_proven = 0, is_proven or proves_it(text)

    def undo(match: re.Match[str]) -> str:
        nonlocal count
        token = match[0]
        if not _is_strange(token):
            return token
        plain = _undone(token, is_proven)
        if plain is None:
            return LOST if _TRACE.search(token) else token
        count += 1
        return plain

    text = _TOKEN.sub(undo, text)
    return text, "accents écrits deux fois (« Ã© » pour « é »)" if count else ""


@lru_cache(maxsize=10_000)
def _is_strange(token: str) -> bool:
    return oddness(token).odd > 0


@lru_cache(maxsize=10_000)
def _undone(token: str, is_proven: bool) -> str | None:
    """The token as it was, when one way of undoing gives French."""
    found = _written_twice(token) or _cut(token, is_proven) or _read_otherwise(token)
    return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=10_000)
def _written_twice(token: str) -> frozenset[str]:
    """What the token is where its characters, in one wrong encoding, are bytes of UTF-8."""
    found = set()
    for wrong in _WRONG:
        plain = token
        for _ in range(_LAYERS):
            before, plain = plain, _one_layer(plain, wrong)
            if plain == before:
                break
            if not oddness(plain).odd:
                found.add(plain)
                break
    return frozenset(found)


def _cut(token: str, is_proven: bool) -> frozenset[str]:
    """What the token is where it ends in half a character: proven by the file or by a word that we know."""
    if token[-1] not in _CUT:
        return frozenset()
    rest = token[:-1]
    found = {plain + _CUT[token[-1]] for plain in _written_twice(rest) or {rest}}
    return frozenset(plain for plain in found if not oddness(plain).odd and (is_proven or known_words(plain)))


def _read_otherwise(token: str) -> frozenset[str]:
    """What the token is where its bytes, taken for one encoding, were of another; only words that we know prove it."""
    found = set()
    for wrong, right in permutations(_WRONG, 2):
        try:
            plain = b"".join(_byte(character, wrong) for character in token).decode(right)
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if known_words(plain) and not oddness(plain).odd:
            found.add(plain)
    return frozenset(found)


def _one_layer(text: str, wrong: str) -> str:
    """Each run of characters whose bytes in the wrong encoding are one character of UTF-8, as that character."""
    out: list[str] = []
    at = 0
    while at < len(text):
        for length in range(2, _LONGEST_CHARACTER + 1):
            character = _one_character(text[at : at + length], wrong)
            if character:
                out.append(character)
                at += length
                break
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _one_character(run: str, wrong: str) -> str | None:
    if run.isascii() or ord(run[0]) < 128:
        return None
    try:
        decoded = b"".join(_byte(character, wrong) for character in run).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return decoded if len(decoded) == 1 else None


def _byte(character: str, wrong: str) -> bytes:
    """The byte of a character; what CP1252 leaves without one is written as it is by those who take it for Latin-1."""
    if wrong == "cp1252" and "\x80" <= character <= "\x9f":
        return character.encode("latin-1")
    return character.encode(wrong)
