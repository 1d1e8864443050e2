"""Whether a text reads like French: the proof by which one of several readings of the same bytes is told from others.

Belongs here: what letters and signs stand where in French, and words that we know. Does not: encodings (``encodings``).

A reading is *odd* where a sign stands in a place that no French text gives it (« RŽdaction », « mÈdecin », « ½il »),
*rare* where it has letters of other languages (« García »): rare readings are possible, odd ones are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

_WORDS = Path(__file__).with_name("french_words.txt")
_SHORTEST_KNOWN = 2
_MOST_SHOWN = 3

_COMMON = frozenset("àâçéèêëîïôùûœ")
_RARE = frozenset("áíóúñãõåøäìòýšžßöüÿæ")
_ALONE = frozenset("àôÀÔ")
_ELIDED = frozenset(
    {
        *("l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu", "presqu"),
        *("aujourd", "entr", "prud", "grand"),
    }
)
_ORDINALS = frozenset(("è", "é", "ère", "ères", "ème", "èmes"))
_WORD = re.compile(r"[^\W\d_²³¹¼½¾]+")


class Oddness(NamedTuple):
    """How many signs stand where French puts none, and how many are of another language; fewer is better."""

    odd: int
    rare: int


def oddness(token: str) -> Oddness:
    """Of a piece of text between blanks or ASCII punctuation."""
    odd = rare = 0
    for word in _WORD.finditer(token):
        if not word[0].isascii():
            odd_here, rare_here = _of_word(word[0], token[: word.start()], token[word.end() :])
            odd, rare = odd + odd_here, rare + rare_here
    for at, sign in enumerate(token):
        if ord(sign) > 127 and not _WORD.fullmatch(sign):
            verdict = _of_sign(sign, token[:at], token[at + 1 :])
            odd, rare = odd + (verdict == "odd"), rare + (verdict == "rare")
    return Oddness(odd, rare)


def known_words(token: str) -> int:
    """How many words of the token, with letters beyond ASCII, we know as French."""
    return sum(
        len(word) >= _SHORTEST_KNOWN and word.lower() in _known() for word in _WORD.findall(token) if not word.isascii()
    )


def shown_words(text: str) -> str:
    """Some of the words that we know and the reading gives: they quote nothing that is anybody's own."""
    words = (word for word in re.findall(r"[^\W\d_]{3,}", text[: 2**16]) if not word.isascii() and known_words(word))
    shown = list(dict.fromkeys(words))[:_MOST_SHOWN]
    return "lu " + ", ".join(f"« {word} »" for word in shown) if shown else ""


@cache
def _known() -> frozenset[str]:
    return frozenset(_WORDS.read_text(encoding="utf-8").split())


def _of_word(word: str, before: str, after: str) -> Oddness:
    if word in ("µ", "º", "ª") or word.startswith("µ"):
        return Oddness(int(bool(before) and not before[-1:].isdigit() and not before[-1:].isspace()), 0)
    if len(word) == 1 and (word not in _ALONE or before[-1:].isdigit()):
        return Oddness(int(word not in _ORDINALS or not before[-1:].isdigit()), 0)
    if before[-1:].isdigit() and not word[0].isascii() and word.lower() not in _ORDINALS:
        return Oddness(1, 0)
    odd = sum(not _stands_well(word, at) for at, letter in enumerate(word) if not letter.isascii())
    rare = sum(letter.lower() in _RARE for letter in word)
    return Oddness(odd, rare)


def _stands_well(word: str, at: int) -> bool:
    """Whether the letter is one of ours, in the case that its neighbours ask for."""
    letter, before, after = word[at], word[at - 1 : at], word[at + 1 : at + 2]
    if letter.lower() not in _COMMON and letter.lower() not in _RARE:
        return False
    if letter.islower():
        return not before.isupper() or at == 1
    return (not before or before.isupper()) and (not after.islower() or at == 0)


def _of_sign(sign: str, before: str, after: str) -> str:
    """« well », « rare » or « odd », by what stands on either side."""
    if sign in "’´":
        return _of_apostrophe(sign, before, after[:1])
    left, right = before[-1:], after[:1]
    for signs, is_well, otherwise in _PLACES:
        if sign in signs:
            return "well" if is_well(left, right) else otherwise
    return "odd"


_PLACES: tuple[tuple[str, Callable[[str, str], bool], str], ...] = (
    ("«“‘", lambda left, right: not left.isalnum(), "odd"),
    ("»”", lambda left, right: not right.isalnum(), "odd"),
    ("–—…\u00a0\u202f\u2009\u00ad", lambda left, right: not (left.isalpha() and right.isalpha()), "rare"),
    ("·", lambda left, right: True, "odd"),
    ("€", lambda left, right: not right.isalnum() and (not left.isalpha() or left in "kKM"), "odd"),
    ("°", lambda left, right: not left.isalpha() or left in "nN", "odd"),
    ("²³¹", lambda left, right: left.isalnum() and not right.isalpha(), "odd"),
    ("½¼¾", lambda left, right: not left.isalpha() and not right.isalpha(), "odd"),
    ("®™", lambda left, right: left.isalnum() and not right.isalpha(), "odd"),
    ("×÷±≥≤≠•§©‰→←−‑", lambda left, right: not (left.isalpha() and right.isalpha()), "odd"),
    ("†‡¶¡¿", lambda left, right: not left.isalnum(), "odd"),
)
"""Signs, where they stand well (by what is on the left and on the right), and what they are elsewhere."""


def _of_apostrophe(sign: str, before: str, right: str) -> str:
    word = _WORD.findall(before)[-1:] if before[-1:].isalpha() else []
    if word and right.isalpha():
        return ("well" if sign == "’" else "rare") if word[0].lower() in _ELIDED else "odd"
    return "well" if sign == "’" and (word or not right.isdigit()) else "odd"
