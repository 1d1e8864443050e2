"""Notes and text boxes that lie over the cells of an xlsx: a person reads them there, and no reader of cells does.

Belongs here: where they are. Does not: what they say, which stays in the file; what is told of them (``quality``).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import suppress
from xml.etree import ElementTree

from sources.workbook.formats.marks import BOX, NOTE, column_index
from sources.workbook.seals import bears_a_seal, is_sealed
from sources.workbook.xlsx.office_package import OfficePackage
from sources.workbook.xlsx.xml_reading import parsed

AUTHOR = "Cartographie"
"""Of the notes that an answer writes beside cells: a workbook that comes back with them was not annotated by hand."""

ORIGINAL = "Commentaire d'origine :"
"""What stands before the words of a sender's note to which an answer added its own."""

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BELOW_TITLES = re.compile(rb'ref=["\'][A-Z]+(?:[2-9]|[1-9][0-9]+)["\']')
_MOST_REMEMBERED = 256
_UNREADABLE = (ValueError, OSError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)

Notes = dict[tuple[int, int], str]


class XlsxNotes:
    """The notes and boxes that a workbook may have; asked for those of each sheet."""

    def __init__(self, package: OfficePackage) -> None:
        self._package = package
        names = [name for name in package.names if name.endswith(".xml") and ("comments" in name or "/drawing" in name)]
        self._may_have_some = any(_may_hold(package, name) for name in names)  # none is parsed in most workbooks

    def of(self, sheet: str) -> Notes:
        """(row, column) → ``NOTE`` or ``BOX``, of a sheet's part."""
        notes: Notes = {}
        for relation in self._package.relations(sheet).values() if self._may_have_some else ():
            if relation.kind in _FINDERS and relation.target in self._package:
                with suppress(*_UNREADABLE):  # A spreadsheet takes such a part away, and keeps the cells.
                    notes |= _FINDERS[relation.kind](parsed(self._package.part(relation.target)))
        return notes


_seen: dict[tuple[int, int], bool] = {}
"""Checksum and size of a part → whether it holds some: workbooks made from one template share theirs, on the titles."""


def _may_hold(package: OfficePackage, name: str) -> bool:
    """Whether the part holds a note below the first row, or a text over the cells."""
    key = package.checksum(name)
    if key not in _seen:
        try:
            content = package.part(name)
        except _UNREADABLE:
            content = b""
        is_there = _BELOW_TITLES.search(content) if "comments" in name else b"txBody" in content
        if len(_seen) >= _MOST_REMEMBERED:
            _seen.clear()
        _seen[key] = bool(is_there) or b"\0" in content[:64]
    return _seen[key]


def _notes(comments: ElementTree.Element) -> Notes:
    authors = [author.text or "" for author in comments.iterfind("{*}authors/{*}author")]
    notes: Notes = {}
    for comment in comments.iterfind("{*}commentList/{*}comment"):
        place = _PLACE.fullmatch(comment.get("ref", ""))
        text = "".join(comment.itertext())
        at = comment.get("authorId", "")
        is_by_us = at.isdecimal() and int(at) < len(authors) and authors[int(at)] == AUTHOR
        is_unsealed = is_by_us and ORIGINAL not in text and not bears_a_seal(text)
        if place and text.strip() and not is_unsealed and not is_sealed(text):
            notes[int(place[2]) - 1, column_index(place[1])] = NOTE
    return notes


def _boxes(drawing: ElementTree.Element) -> Notes:
    boxes: Notes = {}
    for anchor in drawing:
        words = "".join("".join(body.itertext()) for body in anchor.iterfind(".//{*}txBody"))
        row, column = (anchor.findtext(f"{{*}}from/{{*}}{what}") or "0" for what in ("row", "col"))
        if words.strip() and row.strip().isdecimal() and column.strip().isdecimal():
            boxes[int(row), int(column)] = BOX
    return boxes


_FINDERS = {"comments": _notes, "drawing": _boxes}
