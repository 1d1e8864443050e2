"""The parts of an xlsx or an xlsb, found as the standard says: from relation to relation, whatever they are called.

Belongs here: names, relations, bytes of parts. Does not: what a part says, nor writing one anew (``mending``).
"""

from __future__ import annotations

import posixpath
import struct
import weakref
import zipfile
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from sources.workbook.xlsx.xml_reading import parsed

_ENCRYPTED = 0x1
_LENGTHS_AT = 26
_LENGTHS = struct.Struct("<HH")
"""Of the name and of the extra field, in the header before an entry's bytes."""

_BEGINNING = 4096
_MOST_KEPT = 2**16
"""Bytes of a part that is kept once unpacked: those that say how the package is made are asked for again."""
_USUAL = ("xl/workbook.xml", "xl/workbook.bin")


class Relation(NamedTuple):
    """A relation of a part: its kind is the last word of its type; ``target`` is a part's name."""

    kind: str
    target: str


class OfficePackage:
    """The parts of an opened zip by name; names are compared without case, as the standard wants."""

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> OfficePackage:
        """The package of the zip, the same one as long as the zip is held."""
        if (known := _PACKAGES.get(archive)) is None:
            known = _PACKAGES[archive] = cls(weakref.proxy(archive))
        return known

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._kept: dict[str, bytes] = {}
        self._entries = {_normal(name): entry for name, entry in archive.NameToInfo.items()}
        self._related: dict[str, dict[str, Relation]] = {}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    @property
    def names(self) -> Iterable[str]:
        """The names of the parts, in small letters."""
        return self._entries

    def checksum(self, name: str) -> tuple[int, int]:
        """What the zip says of a part's bytes: their checksum and their number."""
        entry = self._entries[name.lower()]
        return entry.CRC, entry.file_size

    def part(self, name: str) -> bytes:
        """The bytes of a part; raises ``KeyError`` where there is none."""
        key = name.lower()
        if (kept := self._kept.get(key)) is not None:
            return kept
        content = _unpacked(self._archive, self._entries[key])
        if len(content) <= _MOST_KEPT:
            self._kept[key] = content
        return content

    def beginning(self, name: str) -> bytes:
        """The first bytes of a part, without unpacking the rest."""
        key = name.lower()
        entry = self._entries[key]
        if entry.file_size <= _MOST_KEPT:
            return self.part(key)[:_BEGINNING]
        return _unpacked(self._archive, entry, _BEGINNING)

    def stands_as(self, name: str) -> bool:
        """Whether the zip names the part so, but for case: calamine looks for some parts under fixed names."""
        entry = self._entries.get(name.lower())
        return entry is not None and entry.filename.lower() == name.lower()

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part by their id; of the package itself for ""."""
        if part not in self._related:
            folder, path = posixpath.dirname(part), relations_name(part)
            self._related[part] = _relations(self.part(path), folder) if path in self else {}
        return self._related[part]

    @property
    def main_part(self) -> str:
        """The part from which all others are reached; the usual one where no relation says it, "" where none is."""
        main = next((found.target for found in self.relations("").values() if found.kind == "officeDocument"), "")
        if main in self:
            return main
        return next((name for name in _USUAL if name in self), "")


_PACKAGES: weakref.WeakKeyDictionary[zipfile.ZipFile, OfficePackage] = weakref.WeakKeyDictionary()


def relations_name(part: str) -> str:
    """The part that holds a part's relations."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


@lru_cache(maxsize=64)
def _relations(xml: bytes, folder: str) -> dict[str, Relation]:
    """Workbooks made from one template share these parts."""
    return {
        element.get("Id", ""): Relation(
            element.get("Type", "").rpartition("/")[2], _resolved(folder, element.get("Target", ""))
        )
        for element in parsed(xml)
        if element.get("TargetMode") != "External"
    }


def _resolved(folder: str, target: str) -> str:
    target = unquote(target.replace("\\", "/"))
    path = target if target.startswith("/") else posixpath.join("/", folder, target)
    return posixpath.normpath(path).lstrip("/")


@lru_cache(maxsize=10_000)
def _normal(name: str) -> str:
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int | None = None) -> bytes:
    """One part, or its first bytes, unpacked at once: ``ZipFile.read`` takes longer to start than to unpack a sheet.

    Its checksum is left to calamine, which reads the same part.
    """
    stream = archive.fp
    if stream is None or entry.compress_type != zipfile.ZIP_DEFLATED or entry.flag_bits & _ENCRYPTED:
        return archive.read(entry)[:most]
    stream.seek(entry.header_offset + _LENGTHS_AT)
    name_length, extra_length = _LENGTHS.unpack(stream.read(_LENGTHS.size))
    stream.seek(name_length + extra_length, 1)
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    if most is not None:
        return unpacking.decompress(stream.read(min(entry.compress_size, most)), most)
    content = unpacking.decompress(stream.read(entry.compress_size), entry.file_size + 1)
    if not unpacking.eof or len(content) != entry.file_size:
        raise zipfile.BadZipFile("a part is not as long as it says")
    return content
