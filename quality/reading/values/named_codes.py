"""Codes with a name beside them (« CAT-002 (Prédiction de réadmission) »): read where the two agree, refused where not.

Belongs here: parting code and name, and whether they go together. Does not: codes alone (``typed``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from quality.reading.normalise import label_key

_WRAPPERS = " ()[]{}.,;:-–—|/«»\"'“”"
_DOUBTS = frozenset("?≠~!*<>=")
_MOST_PARTS = 12
"""A code stands in the first or the last words of its cell."""
_NEARLY = 90
_SHORTEST_PREFIX = 12
_SHORTEST_WORD = 4
_ARTICLES = frozenset(["de", "du", "des", "la", "le", "les", "l", "d", "et", "en", "a", "au", "aux"])
_KINDS_OF_HOSPITAL = frozenset(
    [
        "chu",
        "chru",
        "ch",
        "chr",
        "hopital",
        "hopitaux",
        "hospitalier",
        "hospitaliere",
        "universitaire",
        "centre",
        "groupe",
        "clinique",
        "etablissement",
        "gcs",
        "site",
        "finess",
        "ej",
        "entite",
        "juridique",
        "numero",
        "no",
        "n",
        "code",
    ]
)


@dataclass(frozen=True)
class NamedCode:
    """A text that holds a code and more; ``code`` where the name beside it is the code's own, else what contradicts."""

    code: str | None
    contradiction: str | None = None


Names = Mapping[str, list[str]]
"""Code → the names that it goes by."""

Agrees = Callable[[str, str, Names], bool]
"""Whether what is written beside a code is a name of this code and of no other."""


def named_code(text: str, read: Callable[[str], str | None], names: Names, agrees: Agrees) -> NamedCode | None:
    """What a text says that is no code alone; None when it holds no code at its beginning nor at its end."""
    parted = [(code, rest) for head, rest in _parted(text) if (code := read(head))]
    agreeing = {code for code, rest in parted if _is_empty(rest) or agrees(code, rest, names)}
    if len(agreeing) == 1:
        return NamedCode(agreeing.pop())
    if len(several := dict.fromkeys(code for code, _ in reversed(parted))) > 1:
        first, second = list(several)[:2]
        return NamedCode(None, f"un seul code dans la cellule : « {first} », puis « {second} » sur une ligne à lui")
    return NamedCode(None, _contradiction(*parted[-1], names)) if parted else None


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a text in a code and what stands after it, or before it; the longest beginning last."""
    text = text.strip(_WRAPPERS)
    words = list(re.finditer(r"\w+", text))
    for word in reversed(words[1:][-_MOST_PARTS:]):
        yield text[word.start() :], text[: word.start()]
    for word in words[:_MOST_PARTS]:
        yield text[: word.end()], text[word.end() :]


def _is_empty(rest: str) -> bool:
    return not rest.strip(_WRAPPERS)


def names_the_use_case(code: str, rest: str, names: Names) -> bool:
    """Whether the rest is the code's name: written alike, cut short, or nearly so and nothing else's."""
    own = [name for name in names.get(code, []) if not _DOUBTS & (set(rest) - set(name))]
    key = label_key(rest)
    if any(label_key(name) == key for name in own):
        return True
    if not any(_resembles(key, label_key(name)) for name in own):
        return False
    others = (label_key(name) for other, said in names.items() if other != code for name in said)
    return not any(_resembles(key, name) for name in others)


def _resembles(key: str, name: str) -> bool:
    if key == name or (len(key) >= _SHORTEST_PREFIX and name.startswith(key)):
        return True
    words = {word for word in key.split() if len(word) >= _SHORTEST_WORD}
    return (len(words) > 1 and set(key.split()) <= set(name.split())) or fuzz.ratio(key, name) >= _NEARLY


def names_the_organisation(code: str, rest: str, names: Names) -> bool:
    """Whether the rest says nothing else than the organisation: what it is, its town, its initials."""
    if _DOUBTS & set(rest):
        return False
    said = _telling(rest) - {code.lower()}
    if not said:
        return True
    shared = {other: max((_shared(said, name) for name in known), default=0) for other, known in names.items()}
    return shared.get(code, 0) > 0 and shared[code] == max(shared.values())


def _shared(said: frozenset[str], name: str) -> int:
    return len(said & (_telling(name) | _initials(name)))


@lru_cache(maxsize=1000)
def _telling(name: str) -> frozenset[str]:
    """The words that tell one organisation from another."""
    words = ("saint" if word == "st" else "sainte" if word == "ste" else word for word in label_key(name).split())
    return frozenset(word for word in words if word not in _ARTICLES | _KINDS_OF_HOSPITAL)


@lru_cache(maxsize=1000)
def _initials(name: str) -> frozenset[str]:
    words = [word for word in label_key(name).split() if word not in _ARTICLES]
    first = words[0] if words and words[0] in _KINDS_OF_HOSPITAL else ""
    return frozenset({"".join(word[0] for word in words), first + "".join(word[0] for word in words[bool(first) :])})


def _contradiction(code: str, rest: str, names: Names) -> str:
    """In French: what the code is, and whose name stands beside it."""
    own, key = names.get(code, []), label_key(rest)
    if not own:
        return f"« {code} » seul, sans nom à côté : ce fichier ne donne pas de nom à ce code"
    named = ((other, name) for other, said in names.items() if other != code for name in said)
    others = ((other, name) for other, name in named if key and _resembles(key, label_key(name)))
    said = f"« {code} », qui est « {own[0]} »"
    other = next(others, None)
    return f"{said} ; ou « {other[0]} », qui est « {other[1]} »" if other else f"{said}, s'il s'agit bien de celui-ci"


def names_by_file(rows: Iterable[tuple[int, str | None, str | None]]) -> dict[int, dict[str, list[str]]]:
    """Reception number → use-case code → names, from the rows (number, code, name) of the sheet of use cases."""
    by_file: dict[int, dict[str, list[str]]] = {}
    for number, code, name in rows:
        if code and name and label_key(name):
            by_file.setdefault(number, {}).setdefault(code, []).append(name)
    return by_file
