"""Characters that do not show, or that pass for others: what they are called, and what stands in their place.

Belongs here: which characters those are, and one text at a time. Does not: whole sheets (``workbook.door``), columns
(``quality.reading.normalise``). The classes are written for Python's regular expressions and Polars' alike.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = (
    "\\x00-\\x08\\x0e-\\x1f\\x7f\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Controls, soft hyphens, joiners, marks of direction, variation selectors, tags: they change nothing that is read."""

BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""They show as a blank and are no space for the machine; every true space is ``\\s``."""

UNREADABLE = "\\x80-\\x9f\ufdd0-\ufdef\ufffd-\uffff"
"""What is left of a letter that a program did not understand; a lone surrogate is another."""

DASHES = "\u02d7\u058a\u05be\u1806\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
"""Every hyphen and dash but the one of the keyboard."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_BLANK = re.compile(f"[{BLANK}]")
_UNREADABLE = re.compile(f"[{UNREADABLE}\ud800-\udfff]")
_CHANGED = re.compile(f"[{INVISIBLE}{BLANK}{UNREADABLE}\ud800-\udfff]")
_DASHES = re.compile(f"[{DASHES}]")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = re.compile("[’ʼ]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_NAMES = {
    " ": "espace",
    "\t": "tabulation",
    "\n": "saut de ligne",
    "\r": "retour à la ligne",
    "\u00a0": "espace insécable",
    "\u00ad": "trait d'union conditionnel",
    "\u2002": "espace demi-cadratin",
    "\u2003": "espace cadratin",
    "\u2007": "espace tabulaire",
    "\u2009": "espace fine",
    "\u200b": "espace sans chasse",
    "\u200c": "antiliant sans chasse",
    "\u200d": "liant sans chasse",
    "\u200e": "marque de gauche à droite",
    "\u200f": "marque de droite à gauche",
    "\u2010": "trait d'union",
    "\u2011": "trait d'union insécable",
    "\u2012": "tiret numérique",
    "\u2013": "tiret demi-cadratin",
    "\u2014": "tiret cadratin",
    "\u2028": "séparateur de lignes",
    "\u2029": "séparateur de paragraphes",
    "\u202f": "espace fine insécable",
    "\u2060": "gluon de mots",
    "\u2212": "signe moins",
    "\u2800": "motif braille vide",
    "\u3000": "espace idéographique",
    "\u3164": "caractère de remplissage hangul",
    "\ufeff": "indicateur d'ordre des octets",
    "\ufffd": "caractère perdu",
}
_NAMED_RANGES = (
    ("\u0000", "\u001f", "caractère de commande"),
    ("\u007f", "\u009f", "caractère de commande"),
    ("\u202a", "\u202e", "marque de sens d'écriture"),
    ("\u2066", "\u206f", "marque de sens d'écriture"),
    ("\ud800", "\udfff", "moitié de caractère"),
    ("\ufe00", "\ufe0f", "sélecteur de variante"),
    ("\U000e0000", "\U000e00ff", "étiquette invisible"),
    ("\U000e0100", "\U000e0fff", "sélecteur de variante"),
)
_SCRIPTS = {"CYRILLIC": "lettre cyrillique", "GREEK": "lettre grecque", "CHEROKEE": "lettre cherokee"}


def composed(text: str) -> str:
    """The text with each accented letter as one character (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def shows_as_written(text: str) -> bool:
    """Whether nothing in the text is invisible, lost or decomposed: said at once of most texts."""
    if text.isascii():
        return text.isprintable() or not _INVISIBLE.search(text)
    return not _CHANGED.search(text) and unicodedata.is_normalized("NFC", text)


def visible(text: str) -> str:
    """The text composed, without what does not show; a lost character is « ? », what shows as a blank is a space."""
    shown = _BLANK.sub(" ", _INVISIBLE.sub("", text))
    return composed(_UNREADABLE.sub("?", shown))


def invisible_in(text: str) -> list[str]:
    """The French names of the invisible characters of a text, each once."""
    return _named(_INVISIBLE.findall(text))


def is_readable(text: str) -> bool:
    """Whether every character of the text is one: none was lost on its way here."""
    return not _UNREADABLE.search(text)


def with_lost_named(text: str) -> str:
    """The text, the name of each lost character in its place."""
    return visible(_UNREADABLE.sub(lambda lost: f"[{character_name(lost.group())}]", text))


def folded_code(text: str) -> str:
    """A code with the keyboard's own hyphens, spaces, apostrophes, letters and digits in place of those that pass for
    them. Letters of other alphabets stay what they are."""
    if text.isascii():
        return _SPACES.sub(" ", text).strip(" ")
    plain = _DASHES.sub("-", visible(text)).translate(_FULL_WIDTH)
    return _SPACES.sub(" ", _APOSTROPHES.sub("'", plain)).strip(" ")


def strange_in(code: str) -> list[str]:
    """What a code holds that is no letter, digit or sign of a keyboard, named in French; accents tell themselves."""
    return [] if code.isascii() else _named([letter for letter in code if not _tells_itself(letter)])


def character_name(letter: str) -> str:
    """What a character is called in French: « espace insécable (U+00A0) », « М », lettre cyrillique (U+041C)."""
    place = f"U+{ord(letter):04X}"
    if letter in (" ", "\t", "\n", "\r"):
        return _NAMES[letter]
    known = _NAMES.get(letter) or next((name for first, last, name in _NAMED_RANGES if first <= letter <= last), None)
    if known:
        return f"{known} ({place})"
    if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return place
    script = _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0])
    return f"« {letter} », {script} ({place})" if script else f"« {letter} » ({place})"


def _named(letters: list[str]) -> list[str]:
    return list(dict.fromkeys(map(character_name, letters)))


def _tells_itself(letter: str) -> bool:
    """Whether it is of a keyboard, or such a letter with an accent."""
    return unicodedata.normalize("NFD", letter)[0].isascii() or letter in "«»’“”œŒæÆ"
