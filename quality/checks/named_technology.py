"""Use cases named after a product or a technique, where a scenario is expected ("partir du besoin").

Belongs here: the words that give such a name away, from the techniques' labels and ``technology_words.csv``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from quality.reading.normalise import label_key, label_key_expression
from sources.referential.loader import Referential

_WORDS = Path(__file__).with_name("technology_words.csv")


def technology_words(referential: Referential) -> list[str]:
    """The words, without case or accents, the longest first.

    Of a technique's label, the words outside the parentheses and each alternative inside them count when they are at
    least two words or an acronym: « Optimisation » and « règles » are also what a scenario does.
    """
    with _WORDS.open(encoding="utf-8", newline="") as stream:
        listed = [row["word"] for row in csv.DictReader(stream, delimiter=";")]
    labels = referential.labels("techniques").values()
    words = {label_key(word) for word in [*listed, *_telling_parts(labels)]}
    return sorted(words, key=lambda word: (-len(word), word))


def technology_named(name: pl.Expr, referential: Referential) -> pl.Expr:
    """The word that gives the name away, without case or accents; null where there is none."""
    alternatives = "|".join(re.escape(word) for word in technology_words(referential))
    return label_key_expression(name).str.extract(rf"\b({alternatives})\b", 1)


def _telling_parts(labels: Iterable[str]) -> list[str]:
    parts = [part.strip() for label in labels for part in re.split(r"[(),/]", label)]
    return [part for part in parts if " " in part or (part.isupper() and len(part) > 2)]
