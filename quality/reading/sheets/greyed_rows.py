"""The rows that the template shows in grey and nobody answers: examples, and what was said in an earlier campaign.

Belongs here: knowing them, telling what somebody wrote in them all the same, and an example left under another code.
Does not: what the template writes there (``sources.workbook.template.examples``, ``prefill``).

An example that still says what the template wrote is silent. A row of an earlier campaign bears a mark of its answers:
one that was written over is told; without a mark, as older templates wrote it, it is told as left aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from quality.reading.normalise import label_key
from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.template.examples import example_row
from sources.workbook.template.layout import Sheet
from sources.workbook.template.template_sheets import EXAMPLE, IGNORED_ROW_PREFIXES, is_written_over
from sources.workbook.xlsx.cell_errors import column_letters

_ANSWERED_EXAMPLE, _CHANGED_PREVIOUS, _PREVIOUS = "W0371", "W0372", "I0470"
KEPT_EXAMPLE = "E0372"
"""Refuses rows, and not the file."""
_MOST_NAMED = 40
_CHOSEN = ("choice", "choices")
_FEWEST_KEPT = 2
"""Words, figures or days of the example that a row must still hold."""

Rows = Sequence[tuple[int, list[str]]]


def is_greyed(row: Sequence[str], leftmost: int) -> bool:
    """Whether the row is one that the template shows and nobody answers: its first cell says so."""
    return leftmost < len(row) and row[leftmost].lstrip().startswith(IGNORED_ROW_PREFIXES)


def said_of_greyed(sheet_name: str, sheet: Sheet, positions: Mapping[str, int], rows: Rows) -> Iterator[Problem]:
    """What is said of the greyed rows of a sheet, by number; ``positions``: where each column stands."""
    leftmost = min(positions.values(), default=0)
    previous: list[int] = []
    changed: list[int] = []
    for number, row in rows:
        if not row[leftmost].lstrip().startswith(EXAMPLE):
            answers = {code: row[at] for code, at in positions.items() if at != leftmost and at < len(row)}
            (changed if is_written_over(row[leftmost], answers) else previous).append(number)
        elif cells := _written(sheet, positions, number, row):
            named = ", ".join(cells[:_MOST_NAMED]) + (" …" if len(cells) > _MOST_NAMED else "")
            word = "cellule" if len(cells) == 1 else "cellules"
            expected = "la réponse dans une ligne à elle, sous la ligne d'exemple"
            yield Problem(_ANSWERED_EXAMPLE, sheet_name, number, found=f"{word} {named}", expected=expected)
    if changed:
        said = f"{counted(len(changed), 'ligne')} ({said_rows(changed)})"
        yield Problem(_CHANGED_PREVIOUS, sheet_name, changed[0], found=said)
    if previous:
        said = f"{counted(len(previous), 'ligne')} ({said_rows(previous)})"
        yield Problem(_PREVIOUS, sheet_name, previous[0], found=said)


def kept_examples(
    sheet_name: str, sheet: Sheet, positions: Mapping[str, int], rows: Rows
) -> tuple[frozenset[int], list[Problem]]:
    """The rows that say all that the template's example says, but for their code, and what is said of them."""
    shown = _kept(sheet, tuple(positions.items()))
    if not shown:
        return frozenset(), []
    numbers = [
        number for number, row in rows if all(at < len(row) and label_key(row[at]) in texts for at, texts in shown)
    ]
    if not numbers:
        return frozenset(), []
    said = f"{counted(len(numbers), 'ligne')} ({said_rows(numbers)})"
    return frozenset(numbers), [Problem(KEPT_EXAMPLE, sheet_name, numbers[0], found=said)]


@lru_cache(maxsize=64)
def _kept(sheet: Sheet, positions: tuple[tuple[str, int], ...]) -> list[tuple[int, frozenset[str]]]:
    """Where the example stands and what it says there, what is no choice first; nothing where too little tells it."""
    optional = {column.code: column for column in sheet.columns if not column.required}
    example = _example(sheet)
    shown = [
        (at, example[code], optional[code].kind in _CHOSEN)
        for code, at in positions
        if code in optional and code in example
    ]
    if sum(not is_chosen for _, _, is_chosen in shown) < _FEWEST_KEPT:
        return []
    return [(at, texts) for at, texts, _ in sorted(shown, key=lambda one: one[2])]


def _written(sheet: Sheet, positions: Mapping[str, int], number: int, row: Sequence[str]) -> list[str]:
    """The cells of an example row that hold something else than the template wrote there."""
    shown = _example(sheet)
    ours = {at: shown.get(code, frozenset()) for code, at in positions.items()}
    return [
        f"{column_letters(at)}{number}"
        for at in sorted(ours)
        if at < len(row) and row[at].strip() and label_key(row[at]) not in ours[at]
    ]


@lru_cache(maxsize=64)
def _example(sheet: Sheet) -> dict[str, frozenset[str]]:
    """Column → the ways in which what the template wrote there comes back, a date as a spreadsheet keeps it too."""
    return {code: frozenset(map(label_key, _spellings(str(text)))) for code, text in example_row(sheet).items() if text}


def _spellings(text: str) -> Iterator[str]:
    yield text
    day, _, rest = text.partition("/")
    month, _, year = rest.partition("/")
    if year:
        yield f"{year}-{month}-{day}"
    if text.isdigit():
        yield f"{text}.0"
