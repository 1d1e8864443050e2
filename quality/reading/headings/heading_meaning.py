"""Headings that are near a column's name and say something else: another unit, another period, the contrary.

Belongs here: telling a misspelling from other words, and the label from the code that stands below it. Does not:
finding headings (``headings``).

« Coût estimé (k€) », « Gain mensuel », « Indisponibilité des équipes » are a letter or two away from what the template
asks, and every value below them is wrong by a thousand, by twelve, or answers the contrary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from quality.reading.normalise import label_key
from quality.reading.values.column_values import NUMBER_KINDS
from sources.workbook.template.layout import Column, Sheet

_MEASURES: dict[str, str] = {
    "euro": r"€|eur|euros?",
    "milliers": r"k ?€|k|ke|keur|keuros?|milliers?",
    "millions": r"m ?€|m|me|meur|meuros?|millions?|md ?€|milliards?",
    "autre monnaie": r"\$|usd|dollars?|chf|£|gbp|livres?|francs?",
    "pourcentage": r"%|pourcentages?|pourcents?|taux|part",
    "seconde": r"s|sec|secondes?",
    "minute": r"min|mn|minutes?",
    "heure": r"h|heures?",
    "jour": r"j|jours?|quotidien(?:ne)?s?|journalier|journaliere|journee",
    "semaine": r"sem|semaines?|hebdo|hebdomadaires?",
    "mois": r"mois|mensuel(?:le)?s?",
    "trimestre": r"trimestres?|trimestriel(?:le)?s?|semestres?|semestriel(?:le)?s?",
    "an": r"ans?|annees?|annuel(?:le)?s?",
    "etp": r"etp",
}
"""What a number may count, and the words that say so."""

_MEASURE = {name: re.compile(words) for name, words in _MEASURES.items()}
_PIECE = re.compile(r"[km] ?€|[^\W\d_]+|[€$£%]")
_NEGATION = re.compile(r"non|pas|sans|aucune?|absence|manque|hors|ni|jamais")
_CONTRARY = ("in", "im", "ir", "il", "non", "de", "des", "mal", "anti", "sous", "sur", "contre")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\boui ?(?:/|ou) ?non\b", re.IGNORECASE)
_SHORTEST_WORD = 5


def says_otherwise(written: str, column: Column) -> bool:
    """Whether a heading, near the column's label or above its code, says something else than the label does."""
    if column.kind in NUMBER_KINDS and measures(written) - measures(column.label):
        return True
    return negations(written) != negations(column.label) or _has_a_contrary(written, column.label)


def contradicted(
    labels: list[str], positions: Mapping[str, int], keys: Mapping[str, str], sheet: Sheet
) -> tuple[dict[str, str], dict[str, str]]:
    """What the row of labels above the codes says of the columns: those that say otherwise, those said in other words.

    Both by column code, with what is written. A title of several columns, or none, says nothing.
    """
    otherwise: dict[str, str] = {}
    in_other_words: dict[str, str] = {}
    for code, position in positions.items():
        written = labels[position].strip() if position < len(labels) else ""
        named = keys.get(label_key(written)) if written else code
        if named == code:
            continue
        if named or says_otherwise(written, sheet.column(code)):
            otherwise[code] = written
        else:
            in_other_words[code] = written
    return otherwise, in_other_words


def _words(text: str) -> list[str]:
    plain = " ".join(_PIECE.findall(text.lower()))
    return [label_key(word) or word for word in plain.split(" ")]


def measures(text: str) -> set[str]:
    """What the words and signs of a text say that its numbers count."""
    pieces = [label_key(piece) if piece[-1].isalnum() else piece for piece in _PIECE.findall(text.lower())]
    return {name for piece in pieces for name, words in _MEASURE.items() if words.fullmatch(piece)}


def negations(text: str) -> int:
    """How many of its words deny something; what stands in brackets, or offers « oui/non », is an aside."""
    return sum(1 for word in _words(_ASIDE.sub(" ", text)) if _NEGATION.fullmatch(word))


def _has_a_contrary(written: str, label: str) -> bool:
    """« Indisponibilité » for « Disponibilité », in either sense."""
    ours = {word for word in _words(label) if len(word) >= _SHORTEST_WORD}
    theirs = set(_words(written))
    longer, shorter = theirs - ours, ours - theirs
    return any(far == start + near for far in longer for near in shorter for start in _CONTRARY) or any(
        far == start + near for far in shorter for near in longer for start in _CONTRARY if len(near) >= _SHORTEST_WORD
    )
