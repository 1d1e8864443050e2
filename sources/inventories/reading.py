"""The records of an inventory's file, as text: CSV, workbook or JSON, told by its content.

Belongs here: bytes to records with their headings. Does not: what a record means (``translation``), which are kept
(``loader``).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from sources.inventories.mapping import Mapping
from sources.text.characters import composed
from sources.text.text_files import NotTextError, read_text

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATORS = (",", ";", "\t", "|")
_LINES_ABOVE = 50
_MOST_BYTES = 512 * 2**20


class InventoryError(Exception):
    """The file cannot be read as the inventory of that mapping; the message is French and names the remedy."""


@dataclass(frozen=True)
class Reading:
    """Each record after the headings: its number (the first row counted as 1) and its cells by heading.

    ``is_unfinished``: the last line has all its cells but no end, so that its last cell may be part of one: it is left
    empty. ``shifted``: numbers of the lines of a CSV left out, since a separator inside a cell makes them longer than
    the others. ``short_count``: how many have fewer cells than there are headings, and may be shifted too.
    """

    records: list[tuple[int, dict[str, str]]]
    is_unfinished: bool = False
    shifted: tuple[int, ...] = ()
    short_count: int = 0


def read_records(path: Path, mapping: Mapping) -> Reading:
    """The records of a file; raises ``InventoryError``."""
    content = _content(path)
    if content.startswith(_WORKBOOKS):
        headings, rows = _headed(path, mapping, [_sheet(path, content, mapping)])
        return Reading(_by_heading(headings, rows))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return Reading(_of_json(path, mapping))
    return _of_csv(path, mapping)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(content)) as unpacked:
                content = unpacked.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise InventoryError(f"{path.name} : fichier de plus de {_MOST_BYTES >> 20} Mio une fois décompressé.")
        return content
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> InventoryError:
    return InventoryError(
        f"{path.name} : fichier illisible ou incomplet. Attendu un fichier CSV, un classeur ou du JSON."
    )


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except NotTextError as error:
        raise _unreadable(path) from error


def _of_csv(path: Path, mapping: Mapping) -> Reading:
    """By the mapping's separator, else by one that people's programs put in its place."""
    text = _text(path)
    readings = [_rows(path, text, separator) for separator in dict.fromkeys((mapping.delimiter, *_SEPARATORS))]
    headings, rows = _headed(path, mapping, readings)
    width = len(headings)
    usual = _usual_width(rows) if rows else width
    shifted = tuple(number for number, cells in rows if len(cells) > width and len(cells) != usual)
    records = _by_heading(headings, [row for row in rows if row[0] not in shifted])
    is_ended = text.endswith(("\n", "\r"))
    is_short = bool(records) and not is_ended and len(records[-1][1]) < width
    if is_short or _is_open(text, mapping.delimiter):
        raise InventoryError(
            f"{path.name} : fichier incomplet, il s'arrête dans sa dernière ligne. Prenez-le à nouveau."
            " Rien n'est changé."
        )
    is_unfinished = bool(records) and not is_ended
    if is_unfinished:
        last = records[-1][1]
        last[list(last)[-1]] = ""
    return Reading(records, is_unfinished, shifted, sum(len(cells) < width for _, cells in rows))


def _usual_width(rows: list[tuple[int, list[str]]]) -> int:
    """How many cells most of the rows have, where most have as many."""
    width, count = Counter(len(cells) for _, cells in rows).most_common(1)[0]
    return width if 2 * count > len(rows) else 0


def _rows(path: Path, text: str, separator: str) -> list[list[str]]:
    try:
        return [cells for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if cells]
    except csv.Error as error:
        raise _unreadable(path) from error


def _is_open(text: str, separator: str) -> bool:
    """Whether a quote stays open at the end."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _headed(
    path: Path, mapping: Mapping, readings: Sequence[list[list[str]]]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headings, those of the first row with the mapping's columns, and the rows below it with their number."""
    missing = list(mapping.needed_columns)
    for rows in readings:
        for index, row in enumerate(rows[:_LINES_ABOVE]):
            headings = _headings(row)
            lacking = [column for column in mapping.needed_columns if column not in headings]
            if not lacking:
                _refuse_doubled(path, mapping, headings)
                return headings, list(enumerate(rows[index + 1 :], start=index + 2))
            missing = min(missing, lacking, key=len)
    raise _lacking(path, missing)


def _headings(row: list[str]) -> list[str]:
    return [" ".join(composed(cell).split()) for cell in row]


def _by_heading(headings: list[str], rows: list[tuple[int, list[str]]]) -> list[tuple[int, dict[str, str]]]:
    return [(number, dict(zip(headings, cells, strict=False))) for number, cells in rows]


def _refuse_doubled(path: Path, mapping: Mapping, headings: list[str]) -> None:
    if doubled := [column for column in mapping.needed_columns if headings.count(column) > 1]:
        raise InventoryError(
            f"{path.name} : titres écrits deux fois : {', '.join(doubled)}. Rien ne dit laquelle des deux colonnes est"
            " la bonne : renommez l'autre."
        )


def _lacking(path: Path, columns: Sequence[str]) -> InventoryError:
    return InventoryError(
        f"{path.name} : colonnes absentes : {', '.join(columns)}."
        " Vérifiez que le fichier et la correspondance vont ensemble."
    )


def _sheet(path: Path, content: bytes, mapping: Mapping) -> list[list[str]]:
    """The rows of the mapping's sheet, else of the one that has its columns, else of the first."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        if mapping.sheet is not None and mapping.sheet not in names:
            known = ", ".join(f"« {name} »" for name in names)
            raise InventoryError(f"{path.name} : feuille « {mapping.sheet} » absente. Feuilles : {known}.")
        wanted = [mapping.sheet] if mapping.sheet is not None else names
        sheets = [
            [[_cell(cell) for cell in row] for row in workbook.get_sheet_by_name(name).to_python()] for name in wanted
        ]
    except CalamineError as error:
        raise _unreadable(path) from error
    needed = set(mapping.needed_columns)
    bearing = [
        (name, rows)
        for name, rows in zip(wanted, sheets, strict=True)
        if any(needed.issubset(_headings(row)) for row in rows[:_LINES_ABOVE])
    ]
    if len(bearing) > 1:
        named = ", ".join(f"« {name} »" for name, _ in bearing)
        raise InventoryError(
            f"{path.name} : plusieurs feuilles ont ces colonnes : {named}. Dites laquelle est l'inventaire :"
            ' [file] sheet = "…" ; ou rassemblez-les en une.'
        )
    if bearing:
        return [row for row in bearing[0][1] if any(cell.strip() for cell in row)]
    return sheets[0] if sheets else []


def _cell(value: Any) -> str:
    """A cell as text: days as ISO, whole numbers without decimals."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value)


def _of_json(path: Path, mapping: Mapping) -> list[tuple[int, dict[str, str]]]:
    """One object a record; a column is a path inside it (``agency.name``). Records that lack a column have it empty."""
    found = _json_records(path, mapping)
    try:
        records = [
            (number, {composed(column): text for column, text in _flat(record, "")})
            for number, record in enumerate(found, start=1)
        ]
    except RecursionError as error:
        raise _unreadable(path) from error
    columns = {column for _, cells in records for column in cells}
    missing = [column for column in mapping.needed_columns if column not in columns]
    if missing:
        raise _lacking(path, missing)
    return records


def _json_records(path: Path, mapping: Mapping) -> list[dict[str, Any]]:
    try:
        content = _json_content(path)
    except _DoubledNameError as error:
        raise InventoryError(
            f"{path.name} : « {error} » est écrit deux fois dans un même enregistrement : rien ne dit laquelle des deux"
            " valeurs est la bonne."
        ) from error
    for name in mapping.records_path.split(".") if mapping.records_path else []:
        content = content.get(name) if isinstance(content, dict) else None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else [content]
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        where = f"« {mapping.records_path} »" if mapping.records_path else "à la racine"
        raise InventoryError(
            f'{path.name} : pas de liste d\'enregistrements {where}. Dites où elle est : [file] records = "a.b".'
        )
    return content


def _json_content(path: Path) -> Any:
    """The whole, or its lines where each is an object."""
    text = _text(path)
    try:
        content: Any = json.loads(text, object_pairs_hook=_named_once)
    except (ValueError, RecursionError):
        try:
            content = [json.loads(line, object_pairs_hook=_named_once) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError) as error:
            raise _unreadable(path) from error
    return content


class _DoubledNameError(Exception):
    """An object gives one name two values."""


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise _DoubledNameError(next(name for name in content if sum(each == name for each, _ in pairs) > 1))
    return content


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each value with its path; a list of plain values is one text, separated by semicolons."""
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from _flat(inside, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for index, item in enumerate(value):
            yield from _flat(item, f"{path}.{index}")
    elif isinstance(value, list):
        yield path, "; ".join(_cell(item) for item in value if item is not None)
    else:
        yield path, "" if value is None else _cell(value)
