"""Finding the headings of a sheet: by code, by label, by a former name, without accents, with a small misspelling.

Belongs here: which row holds the headings and which column is which. Does not: rows of data, nor whole sheets
(``structure``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from quality.reading.headings.heading_meaning import contradicted, says_otherwise
from quality.reading.normalise import label_key
from sources.workbook.changes import known_changes
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet

_SEARCH_ROWS = 30
_MISSPELT = 85
_CLEARLY_NEARER = 4
_SHORTEST_MISSPELT = 5
_SECRECY, _SECRET = "confidentiel", "confidenti"


@dataclass(frozen=True)
class Headings:
    """``row`` is 0-based; ``last_row`` differs from it where some headings stand one row lower (merged cells).

    ``positions``: column code → column; ``extra``: column → heading not recognised; ``reread``: column code → what is
    written there, where it is a former name or a misspelling. ``otherwise``: column code → column that is not read, and
    its heading, which contradicts the code below it, or is near the column's name and says something else.
    """

    row: int
    last_row: int
    positions: dict[str, int]
    extra: dict[int, str] = field(default_factory=dict)
    reread: dict[str, str] = field(default_factory=dict)
    otherwise: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def unread(self) -> dict[int, str]:
        """Column → heading, of what ``otherwise`` holds."""
        return dict(self.otherwise.values())


def find_headings(raw: RawSheet, sheet: Sheet, version: int | None = None, *, may_guess: bool = True) -> Headings:
    """The row that names the most columns, and what it names; a guess completes it, never moves it.

    ``version``: that of the template which the workbook comes from, where it says one.
    """
    if raw.rows and raw.rows[0] == template_headings(sheet) and not _holds_codes_elsewhere(raw.rows[1:2], sheet):
        return Headings(0, 0, {column.code: position for position, column in enumerate(sheet.columns)})
    keys = heading_keys(sheet) | _keys_since(sheet, version)
    former = former_keys(sheet, version)
    row = _best_row(raw, sheet, keys | former if may_guess else keys)
    if row is None:
        return Headings(0, 0, {})
    positions = _named(raw.rows[row], keys)
    texts = {column: text.strip() for column, text in enumerate(raw.rows[row]) if text.strip()}
    last_row = row
    for neighbour in (row + 1, row - 1):
        found = _merged_beside(raw, neighbour, texts, positions, keys)
        positions |= found
        last_row = max(last_row, neighbour) if found else last_row
    otherwise, reread = _as_labels_say(raw, row, sheet, positions, keys | former)
    otherwise |= _by_their_signs(texts, sheet, positions) | _as_titles_say(raw, sheet, positions, keys | former)
    positions = {code: column for code, column in positions.items() if code not in otherwise}
    named = {*positions.values(), *(column for column, _ in otherwise.values())}
    extra = {column: text for column, text in texts.items() if column not in named}
    if may_guess:
        guessed = _guessed(extra, sheet, positions, former)
        at = {code: next(c for c, text in extra.items() if text == written) for code, written in guessed.items()}
        otherwise |= {c: (at[c], text) for c, text in guessed.items() if says_otherwise(text, sheet.column(c))}
        reread |= {code: text for code, text in guessed.items() if code not in otherwise}
        positions |= {code: column for code, column in at.items() if code not in otherwise}
        extra = {column: text for column, text in extra.items() if column not in at.values()}
    return Headings(row, last_row, positions, extra, reread, otherwise)


def _by_their_signs(texts: Mapping[int, str], sheet: Sheet, positions: Mapping[str, int]) -> dict[str, tuple[int, str]]:
    """The headings that are a column's name but for a sign (« % », « $ »), which names do not keep."""
    written = {code: (at, texts[at]) for code, at in positions.items() if at in texts}
    return {
        code: (at, text)
        for code, (at, text) in written.items()
        if text not in (code, sheet.column(code).label) and says_otherwise(text, sheet.column(code))
    }


def _as_titles_say(
    raw: RawSheet, sheet: Sheet, positions: Mapping[str, int], keys: Mapping[str, str]
) -> dict[str, tuple[int, str]]:
    """Where the titles of a grid's lines contradict their codes: one of the two columns was sorted or pasted alone."""
    otherwise, _ = contradicted(list(raw.titles), positions, keys, sheet)
    return {code: (positions[code], text) for code, text in otherwise.items()}


def _as_labels_say(
    raw: RawSheet, row: int, sheet: Sheet, positions: Mapping[str, int], keys: Mapping[str, str]
) -> tuple[dict[str, tuple[int, str]], dict[str, str]]:
    """Where the labels contradict the codes below them, as in ``Headings.otherwise``; where they only differ."""
    for labels, codes in ((row - 1, row), (row, row + 1)):
        if labels < 0 or codes >= len(raw.rows):
            continue
        columns = _named(raw.rows[codes], {label_key(column.code): column.code for column in sheet.columns})
        by_code = {code: at for code, at in columns.items() if raw.rows[codes][at].strip() == code}
        if len(by_code) < max(2, len(positions) // 2) or 2 * len(_named(raw.rows[labels], keys)) < len(by_code):
            continue
        otherwise, in_other_words = contradicted(raw.rows[labels], by_code, keys, sheet)
        return {code: (by_code[code], text) for code, text in otherwise.items()}, in_other_words
    return {}, {}


@lru_cache(maxsize=100)
def template_headings(sheet: Sheet) -> list[str]:
    """The first row of the sheet as the template writes it: most files have it untouched."""
    return [column.label for column in sheet.columns]


@lru_cache(maxsize=100)
def _template_codes(sheet: Sheet) -> list[str]:
    return [column.code for column in sheet.columns]


def _holds_codes_elsewhere(below: list[list[str]], sheet: Sheet) -> bool:
    """Whether the row below the labels holds the columns' codes, but not each under its label."""
    codes = _template_codes(sheet)
    return any(row != codes and not {*codes}.isdisjoint(row) for row in below)


def _best_row(raw: RawSheet, sheet: Sheet, keys: Mapping[str, str]) -> int | None:
    best, most = None, 0
    for index, row in enumerate(raw.rows[:_SEARCH_ROWS]):
        count = len(_named(row, keys))
        if count > most:
            best, most = index, count
        if 2 * count > len(sheet.columns):
            break  # More than half of the columns: no later row says it better.
    return best


def _named(row: list[str], keys: Mapping[str, str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for position, heading in enumerate(row):
        code = keys.get(label_key(heading)) if heading else None
        if code and code not in positions:
            positions[code] = position
    return positions


def _merged_beside(
    raw: RawSheet, neighbour: int, texts: dict[int, str], positions: dict[str, int], keys: Mapping[str, str]
) -> dict[str, int]:
    """Headings of the next or previous row, in columns where the heading row itself is empty or is a group's title."""
    if not 0 <= neighbour < len(raw.rows) or not _holds_only_headings(raw.rows[neighbour], positions, keys):
        return {}
    taken = set(positions.values())
    return {
        code: column
        for code, column in _named(raw.rows[neighbour], keys).items()
        if code not in positions and column not in taken and label_key(texts.get(column, "")) not in keys
    }


def _holds_only_headings(row: list[str], positions: dict[str, int], keys: Mapping[str, str]) -> bool:
    """Whether the row says nothing, or the same heading again, under (or above) each heading found."""
    cells = ((code, row[column]) for code, column in positions.items() if column < len(row) and row[column].strip())
    return all(keys.get(label_key(text)) == code for code, text in cells)


def _guessed(
    extra: dict[int, str], sheet: Sheet, positions: dict[str, int], former: Mapping[str, str]
) -> dict[str, str]:
    """Column code → heading, for the headings not recognised that are a former name or nearly a name."""
    names = heading_keys(sheet)
    guessed: dict[str, str] = {}
    for text in extra.values():
        key = label_key(text)
        code = former.get(key) or nearly(key, names) or _by_its_word(key, sheet)
        if code and code not in positions and code not in guessed:
            guessed[code] = text
    return guessed


def _by_its_word(key: str, sheet: Sheet) -> str | None:
    """« Confidentialité », « Cas confidentiel (oui/non) »; of who sends, « Code du dossier », « Retrait de cet envoi ».

    Left unread, such a column would open a use case, or put a file in the place of another.
    """
    names, words = heading_keys(sheet), key.split()
    if any(word.startswith(_SECRET) for word in words):
        return names.get(_SECRECY)
    found = {names[word] for word in words if word in names} if sheet.code == ENVELOPE else set()
    return found.pop() if len(found) == 1 else None


def nearly(key: str, names: Mapping[str, str]) -> str | None:
    """The code of the name that ``key`` misspells: near enough, and clearly nearer than any other."""
    if len(key) < _SHORTEST_MISSPELT:
        return None
    best = process.extract(key, list(names), scorer=fuzz.ratio, limit=4, score_cutoff=_MISSPELT - _CLEARLY_NEARER)
    if not best or best[0][1] < _MISSPELT:
        return None
    code = names[best[0][0]]
    rivals = [score for name, score, _ in best[1:] if names[name] != code]
    return code if not rivals or best[0][1] - rivals[0] >= _CLEARLY_NEARER else None


@lru_cache(maxsize=100)
def heading_keys(sheet: Sheet) -> dict[str, str]:
    """What a heading may look like → column code."""
    return {label_key(name): column.code for column in sheet.columns for name in (column.label, column.code)}


@lru_cache(maxsize=100)
def _keys_since(sheet: Sheet, version: int | None) -> dict[str, str]:
    """What the workbook's own template called its columns, where that has changed since → code."""
    codes = {column.code for column in sheet.columns}
    return {
        label_key(name): code
        for name, code in known_changes(version).since.get(sheet.code, {}).items()
        if code in codes
    }


@lru_cache(maxsize=100)
def former_keys(sheet: Sheet, version: int | None) -> dict[str, str]:
    """What an older template called a column → its code; a name that is in use today is not a former one."""
    codes = {column.code for column in sheet.columns}
    former = {label_key(name): code for name, code in known_changes(version).columns.get(sheet.code, {}).items()}
    return {key: code for key, code in former.items() if code in codes and key not in heading_keys(sheet)}
