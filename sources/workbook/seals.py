"""What we wrote ourselves in a workbook that comes back, told from what somebody wrote over it or beside it.

Belongs here: the seals that close our notes and the lines of our answer, and the cells of our sheets that are not ours.
Does not: the words that we write (``quality.answers``), what is told of the others (``quality.reading``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from sources.workbook.template.template_sheets import ANSWER_SHEET, ANSWER_TITLE, SUMMARY_SHEET, SUMMARY_TITLE

ANSWER_WIDTH = 8
"""The columns of the sheet of answers; the one behind them, hidden, holds the seal of each line."""

_SUMMARY_WIDTH = 4
_SUMMARY_HEADINGS = 2
_LETTERS = re.compile(r"[A-Z]{1,3}")
_SEALED = re.compile(r"(.*)\n\(réf\. ([0-9a-f]{6})\)\s*", re.DOTALL)
_SEAL = re.compile(r"\(réf\. [0-9a-f]{6}\)")

Rows = Sequence[Sequence[str]]


def seal(texts: Sequence[str]) -> str:
    """The same for the same texts, whatever a program made of their blanks."""
    said = [" ".join(text.split()) for text in texts]
    while said and not said[-1]:
        said.pop()
    return hashlib.sha256(repr(said).encode()).hexdigest()[:6]


def sealed(text: str) -> str:
    """A note of ours, closed by its seal: nobody's words are taken for it."""
    return f"{text}\n(réf. {seal([text])})"


def is_sealed(text: str) -> bool:
    """Whether a note is one of ours, whole and alone."""
    found = _SEALED.fullmatch(text)
    return found is not None and seal([found[1]]) == found[2]


def bears_a_seal(text: str) -> bool:
    """Whether one of ours stands somewhere in it; those of earlier answers bore none."""
    return _SEAL.search(text) is not None


def words_beside(text: str) -> str | None:
    """What was written behind a sealed note of ours; None of a text that does not open with a whole one."""
    note = text.lstrip()
    ends = (found.end() for found in _SEAL.finditer(note))
    return next((note[end:].strip() for end in ends if is_sealed(note[:end])), None)


def is_of_ours(name: str, rows: Rows) -> bool:
    """Whether a sheet that bears the name of one of ours is ours: it opens with our title."""
    title = {ANSWER_SHEET: ANSWER_TITLE, SUMMARY_SHEET: SUMMARY_TITLE}.get(name)
    first = rows[0][0] if rows and rows[0] else ""
    return title is not None and first.strip() == title


def written_beside(name: str, rows: Rows) -> Iterator[tuple[int, int]]:
    """(row, column), 0-based, of the cells of one of our sheets that hold what we did not write there."""
    ours = _of_the_answer(rows) if name == ANSWER_SHEET else _of_the_summary(rows)
    for (index, row), width in zip(enumerate(rows), ours, strict=True):
        yield from ((index, column) for column, text in enumerate(row) if column >= width and text.strip())


def _of_the_answer(rows: Rows) -> Iterator[int]:
    """How many columns of each line are ours: none of a line that its seal does not close."""
    has_seals = any(len(row) > ANSWER_WIDTH and row[ANSWER_WIDTH] for row in rows)
    for row in rows:
        own = row[:ANSWER_WIDTH]
        if not has_seals:
            yield ANSWER_WIDTH
        else:
            yield ANSWER_WIDTH + 1 if "".join(row[ANSWER_WIDTH : ANSWER_WIDTH + 1]) == seal(own) else 0


def _of_the_summary(rows: Rows) -> Iterator[int]:
    for index, row in enumerate(rows):
        is_ours = index < _SUMMARY_HEADINGS or bool(row and _LETTERS.fullmatch(row[0].strip()))
        yield _SUMMARY_WIDTH if is_ours else 0
