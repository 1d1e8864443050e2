"""How a text is put in one shape before it is compared: the stated normalisations, and no others.

Belongs here: blanks, apostrophes, case, accents. Does not: numbers (``numbers``), dates (``dates``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import polars as pl

from sources.text.characters import BLANK, INVISIBLE
from sources.workbook.formats.number_texts import is_doubtful_number
from sources.workbook.template.layout import Column

_UNSEEN = f"[{INVISIBLE}]"
_BLANKS = rf"[\s{BLANK}]+"
_UNCLEAN = rf"^\s|\s$|\s\s|[^\S ]|[{INVISIBLE}{BLANK}’ʼ]"
_LEADING_APOSTROPHES = r"^\s*['’ʼ]+(\s*[^\s'’ʼ])"
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ẞ": "ss", "&": " et "}
_SPELT_OUT = str.maketrans(_LIGATURES)
_BULLET = re.compile(r"^(?:[•·▪‣∙➢➤]\s*|[-–—*]\s+)(?=\w)")
_QUOTED = re.compile(r"[«\"“„]\s*([^«»\"“”]+?)\s*[»\"”]")
_FULL_STOP = re.compile(r"(?<=[\w)])\s?[.;,]$")
_BETWEEN_WORDS = re.compile(r"[\s\-‐‑‒–—−_'’ʼ.,:;/()\[\]]+")
_DOUBTFUL_SIGNS = re.compile(r"[^\w\s\-‐‑‒–—'’ʼ.,:;/()\[\]]|\.\.|^\W|[^\w)\]]$|(?<=\w)--|\(\W*\)")
"""Signs that no label holds, and those of a label at a place where they may mean something (« (Fort) », « Fort - »)."""
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_DITTO_WORDS = r"idem|id\.?|ibid\.?|ibidem|dito|comme (?:ci-dessus|au-dessus|avant)"
_DITTO = rf"^(?i:{_DITTO_WORDS}|[-–—/]*\s*(?:\"|''|″|〃|»|//)\s*[-–—/]*)$"
_YES = ("oui", "o", "x", "1", "vrai", "true", "yes")
_NO = ("non", "n", "0", "faux", "false", "no")


@lru_cache(maxsize=50_000)
def label_key(text: str) -> str:
    """What two spellings of one label share: no case, accents, punctuation or blanks at the ends; « & » is « et ».

    Letters of other alphabets stay: « Мoyen », written with a Cyrillic letter, is no « oyen ».
    """
    if not text.isascii() or not text.isprintable():
        text = unicodedata.normalize("NFKD", re.sub(_UNSEEN, "", text).translate(_SPELT_OUT))
        text = "".join(letter for letter in text if not unicodedata.category(letter).startswith("M"))
    return _NOT_ALPHANUMERIC.sub(" ", text.translate(_SPELT_OUT).lower()).strip(" ")


@lru_cache(maxsize=50_000)
def value_key(text: str) -> str:
    """What two spellings of one answer share: no case, accents, bullet, quotes, full stop at the end, nor signs that
    stand between the words of a label; « & » is « et ».

    Any other sign may change what is meant (« ≠ Fort », « Fort ? », « > Moyen »), and stays.
    """
    bare = _BULLET.sub("", re.sub(_UNSEEN, "", text).strip())
    bare = quoted[1] if (quoted := _QUOTED.fullmatch(bare)) else bare
    bare = _FULL_STOP.sub("", bare)
    plain = unicodedata.normalize("NFKD", bare.translate(_SPELT_OUT)).translate(_SPELT_OUT).lower()
    plain = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
    if _DOUBTFUL_SIGNS.search(plain):
        return " ".join(plain.split())
    return _BETWEEN_WORDS.sub(" ", plain).strip()


def label_key_expression(text: pl.Expr) -> pl.Expr:
    """``label_key`` over a text column; null stays null."""
    signs, words = list(_LIGATURES), list(_LIGATURES.values())
    plain = text.str.replace_all(_UNSEEN, "").str.replace_many(signs, words).str.normalize("NFKD")
    bare = plain.str.replace_all(r"\p{M}", "").str.replace_many(signs, words).str.to_lowercase()
    return bare.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars(" ")


def clean(text: pl.Expr) -> pl.Expr:
    """Trim, fold blanks (non-breaking ones too) and typographic apostrophes; an empty text is null.

    What does not show goes: texts that come through the door have none left.
    """
    shown = text.str.replace_all(_UNSEEN, "").str.replace_all(_BLANKS, " ")
    folded = shown.str.replace_all("[’ʼ]", "'").str.strip_chars(" ")
    return pl.when(folded != "").then(folded)


def is_unclean(text: pl.Series) -> pl.Series:
    """Whether ``clean`` would change the text, other than to null."""
    return text.str.contains(_UNCLEAN)


def unquoted(text: pl.Expr) -> pl.Expr:
    """Without the apostrophe by which hands tell a spreadsheet that a number is a text, where it came with the text.

    Apostrophes alone are no such sign: two of them repeat the cell above.
    """
    return text.str.replace(_LEADING_APOSTROPHES, "${1}")


def is_quoted(text: pl.Series) -> pl.Series:
    """Whether ``unquoted`` would change the text."""
    return text.str.contains(_LEADING_APOSTROPHES)


def is_ditto(text: pl.Expr) -> pl.Expr:
    """Whether the text only says that the cell above holds the same (« idem », a ditto mark)."""
    return text.str.contains(_DITTO)


def as_shown(text: str, column: Column) -> str:
    """A date or a number, read as ``2026-03-15`` or ``0.4``, the way a French spreadsheet shows it; else the text."""
    if column.kind == "text":
        return text
    if iso := _ISO_DATE.fullmatch(text):
        return f"{iso[3]}/{iso[2]}/{iso[1]}"
    return text.replace(".", ",") if _DECIMAL.fullmatch(text) and not is_doubtful_number(text) else text


def boolean(text: pl.Expr) -> pl.Expr:
    """oui/non in their usual spellings; null otherwise."""
    lower = text.str.to_lowercase()
    return pl.when(lower.is_in(_YES)).then(True).when(lower.is_in(_NO)).then(False)


_NO_ANSWER = frozenset(
    label_key(word)
    for word in (
        *("NSP", "NR", "NC", "N/C", "N/A", "NA", "ND", "N.D.", "S.O.", "TBD"),
        *("ne sait pas", "je ne sais pas", "inconnu"),
        *("sans objet", "à définir", "à préciser", "à compléter", "à venir", "pas encore", "en cours"),
        *(f"non {word}" for word in ("renseigné", "connu", "communiqué", "disponible", "applicable", "déterminé")),
    )
)
"""How people write that they have no answer."""

_NONE = frozenset({"aucun", "aucune", "neant"})
_SAYS_NOTHING = re.compile(r"[\s\-–—_.?…]+|/")
"""Lone signs that say the same; a tick or a ditto mark says something, and not that."""


def says_no_answer(text: str) -> bool:
    """Whether the text only says that there is no answer."""
    key = label_key(text)
    return key in _NO_ANSWER or (not key and _SAYS_NOTHING.fullmatch(text) is not None)


def says_no_code(text: str) -> bool:
    """Whether it says that there is no code: where a number is asked, « aucun » may be one."""
    return says_no_answer(text) or label_key(text) in _NONE
