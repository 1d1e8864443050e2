"""Cells of an xlsb that hold an error, from the records of its sheets (BIFF12), and its hidden rows and columns.

calamine gives error cells as blanks. As in an xls, a formula always has a stored result: an empty text may be one that
was never computed.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from sources.workbook.cell_errors import MOST_MERGED, MergedRange, SheetMarks
from sources.workbook.xls_marks import ERROR_TEXTS

_ROW, _ERROR, _FORMULA_TEXT, _FORMULA_ERROR, _COLUMNS, _BUNDLE_SHEET = 0, 3, 8, 11, 60, 156
_MERGED_CELL = 176
_MOST_COLUMNS = 16_384
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def xlsb_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Sheet name → its marks; empty for a damaged file (the reader says so)."""
    try:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))
        targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations.iter(_RELATION)}
        sheets = list(_sheets(archive.read("xl/workbook.bin")))
        return {name: _marks(archive.read(_path(targets[identifier]))) for identifier, name in sheets}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, EOFError, RuntimeError, ValueError):
        return {}
    except (struct.error, IndexError):
        return {}


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _sheets(workbook: bytes) -> Iterator[tuple[str, str]]:
    """(relation, name) of each sheet."""
    for kind, start, _ in records(workbook):
        if kind == _BUNDLE_SHEET:
            relation, at = _wide_text(workbook, start + 8)
            yield relation, _wide_text(workbook, at)[0]


def _wide_text(content: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", content, at)
    end = at + 4 + 2 * count
    return content[at + 4 : end].decode("utf-16-le"), end


def _marks(sheet: bytes) -> SheetMarks:
    errors: dict[tuple[int, int], str] = {}
    empty: set[tuple[int, int]] = set()
    hidden: set[int] = set()
    columns: set[int] = set()
    merged: list[MergedRange] = []
    row = 0
    for kind, start, length in records(sheet):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", sheet, start)
            if length >= 12 and sheet[start + 11] & 0x10:
                hidden.add(row)
        elif kind in (_ERROR, _FORMULA_ERROR):
            column, _, value = struct.unpack_from("<IIB", sheet, start)
            errors[row, column] = ERROR_TEXTS.get(value, "erreur")
        elif kind == _FORMULA_TEXT:
            column, _, count = struct.unpack_from("<III", sheet, start)
            if not count:
                empty.add((row, column))
        elif kind == _COLUMNS:
            first, last, _, _, flags = struct.unpack_from("<IIIIH", sheet, start)
            if flags & 1:
                columns |= set(range(first, min(last + 1, _MOST_COLUMNS)))
        elif kind == _MERGED_CELL and len(merged) < MOST_MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", sheet, start)
            merged.append((top, left, bottom, right))
    return SheetMarks(errors, frozenset(hidden), frozenset(columns), tuple(merged), frozenset(empty))


def records(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, start of the data, length) of each record; both numbers are written seven bits a byte."""
    at = 0
    while at < len(content):
        kind, at = content[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (content[at] & 0x7F) << 7, at + 1
        length = 0
        for shift in range(0, 28, 7):
            byte, at = content[at], at + 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, at, length
        at += length
