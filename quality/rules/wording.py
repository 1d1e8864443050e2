"""Counts as French says them. Does not belong here: any sentence."""

from __future__ import annotations


def counted(count: int, *words: str) -> str:
    """``3 réponses``, ``1 ligne``, ``0 point``; several words agree alike."""
    return " ".join([f"{count:,}".replace(",", "\u202f"), *(plural(count, word) for word in words)])


def plural(count: int, word: str) -> str:
    return word if count < 2 else f"{word}s"
