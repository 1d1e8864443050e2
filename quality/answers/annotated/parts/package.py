"""A workbook's zip: parts read on demand, a few of them replaced, all others copied byte for byte.

Belongs here: entries, relations, content types. Does not: what a part says.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from quality.answers.annotated.parts.markup import (
    NotPatchableError,
    attribute,
    attribute_text,
    children_of,
    plain,
    root,
)

MOST_UNPACKED_BYTES = 200 * 2**20
"""Beyond it a sheet and its mended twin would not stay in a gibibyte of memory."""

CONTENT_TYPES = "[Content_Types].xml"
_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_NAMES_IN_UTF8 = 0x800
_ENCRYPTED = 0x1
_1980 = (0 << 9 | 1 << 5 | 1, 0)
_WRITING_LEVEL = 4
_OFTEN_READ = (".rels", CONTENT_TYPES)


@dataclass(frozen=True)
class Relation:
    """A relation of a part; ``target`` is a part's name, or an address where ``is_external``."""

    id: str
    type: str
    target: str
    is_external: bool

    def is_a(self, kind: str) -> bool:
        return self.type.endswith(f"/{kind}")


class Package:
    """The parts of one workbook, by name (``xl/workbook.xml``).

    Raises ``NotPatchableError`` on an entry that cannot be copied (encrypted, an unknown compression).
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._zip = zipfile.ZipFile(BytesIO(content))
        self._entries = {entry.filename: entry for entry in self._zip.infolist() if not entry.is_dir()}
        if sum(entry.file_size for entry in self._entries.values()) > MOST_UNPACKED_BYTES:
            raise NotPatchableError("classeur trop grand")
        self._written: dict[str, bytes] = {}
        self._read: dict[str, bytes] = {}
        self._relations: dict[str, tuple[bytes, list[Relation]]] = {}
        for entry in self._entries.values():
            if entry.flag_bits & _ENCRYPTED or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise NotPatchableError("entrée chiffrée ou d'une compression inconnue")

    @property
    def names(self) -> list[str]:
        return [*self._entries, *(name for name in self._written if name not in self._entries)]

    def __contains__(self, name: str) -> bool:
        return name in self._entries or name in self._written

    def raw(self, name: str) -> bytes:
        """The bytes of a part as they are now."""
        if name in self._written:
            return self._written[name]
        if name not in self._entries:
            raise NotPatchableError("partie absente")
        if not name.endswith(_OFTEN_READ):
            return self._zip.read(name)
        if name not in self._read:
            self._read[name] = self._zip.read(name)
        return self._read[name]

    def xml(self, name: str) -> bytes:
        """The text of an XML part, ready for mending."""
        return plain(self.raw(name))

    def beginning(self, name: str, size: int) -> bytes:
        """The first bytes of a part, without unpacking the rest."""
        if name in self._written:
            return self._written[name][:size]
        with self._zip.open(name) as stream:
            return stream.read(size)

    def write(self, name: str, content: bytes) -> None:
        self._written[name] = content

    def remove(self, name: str) -> None:
        """Take a part away with its relations and its content type; relations that point to it stay."""
        for gone in (name, relations_name(name)):
            self._entries.pop(gone, None)
            self._written.pop(gone, None)
        self._drop_content_type(name)

    def free_name(self, pattern: str) -> str:
        """The first name that no part has, of ``xl/comments{}.xml`` for instance."""
        taken = {name.lower() for name in self.names}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> list[Relation]:
        """The relations of a part ("" is the package itself)."""
        name = relations_name(part)
        if name not in self:
            return []
        written = self.raw(name)
        if (known := self._relations.get(name)) and known[0] == written:
            return known[1]
        found, xml = [], plain(written)
        for element in children_of(xml, root(xml)):
            target = attribute(element.attributes, b"Target") or ""
            is_external = attribute(element.attributes, b"TargetMode") == "External"
            found.append(
                Relation(
                    attribute(element.attributes, b"Id") or "",
                    attribute(element.attributes, b"Type") or "",
                    target if is_external else _resolved(part, target),
                    is_external,
                )
            )
        self._relations[name] = (written, found)
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation to another part; returns its id."""
        name = relations_name(part)
        xml = self.xml(name) if name in self else _DECLARATION + _RELATIONS
        taken = {relation.id for relation in self.relations(part)}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        element = root(xml)
        prefix = element.name.rpartition(b":")[0] + (b":" if b":" in element.name else b"")
        added = b'<%sRelationship Id="rId%d" Type="%s" Target="/%s"/>' % (
            prefix,
            number,
            attribute_text(f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"),
            attribute_text(target),
        )
        self.write(name, _filled(xml, added))
        return f"rId{number}"

    def unrelate(self, part: str, gone: Relation) -> None:
        """Take a relation away."""
        name = relations_name(part)
        xml = self.xml(name)
        for element in children_of(xml, root(xml)):
            if attribute(element.attributes, b"Id") == gone.id:
                self.write(name, xml[: element.start] + xml[element.end :])
                return

    def declare(self, part: str, content_type: str) -> None:
        """State the content type of a part."""
        self._drop_content_type(part)
        xml = self.xml(CONTENT_TYPES)
        added = b'<Override PartName="/%s" ContentType="%s"/>' % (attribute_text(part), attribute_text(content_type))
        element = root(xml)
        if b":" in element.name:
            added = added.replace(b"<Override", b"<" + element.name.rpartition(b":")[0] + b":Override")
        self.write(CONTENT_TYPES, _filled(xml, added))

    def save(self) -> bytes:
        """The zip: parts not written are copied as they stood, compressed as they were."""
        out = BytesIO()
        central = []
        for name in self.names:
            if name in self._written:
                data = self._written[name]
                packer = zlib.compressobj(_WRITING_LEVEL, zlib.DEFLATED, -15)
                packed = packer.compress(data) + packer.flush()
                method, crc, size = zipfile.ZIP_DEFLATED, zlib.crc32(data), len(data)
            else:
                entry = self._entries[name]
                packed, method, crc, size = self._packed(entry), entry.compress_type, entry.CRC, entry.file_size
            offset = out.tell()
            encoded = name.encode()
            common = (20, _NAMES_IN_UTF8, method, _1980[1], _1980[0], crc, len(packed), size, len(encoded), 0)
            out.write(_LOCAL_HEADER.pack(b"PK\x03\x04", *common) + encoded)
            out.write(packed)
            central.append(_CENTRAL_HEADER.pack(b"PK\x01\x02", 20, *common, 0, 0, 0, 0, offset) + encoded)
        start = out.tell()
        out.write(b"".join(central))
        count = len(central)
        out.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, out.tell() - start, start, 0))
        return out.getvalue()

    def _packed(self, entry: zipfile.ZipInfo) -> bytes:
        header = self._content[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
        *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
        packed = self._content[start : start + entry.compress_size]
        if len(packed) != entry.compress_size:
            raise NotPatchableError("entrée incomplète")
        return packed

    def _drop_content_type(self, part: str) -> None:
        xml = self.xml(CONTENT_TYPES)
        for element in children_of(xml, root(xml)):
            if (attribute(element.attributes, b"PartName") or "").lower() == f"/{part}".lower():
                self.write(CONTENT_TYPES, xml[: element.start] + xml[element.end :])
                return


def relations_name(part: str) -> str:
    """The part that holds a part's relations."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _filled(xml: bytes, added: bytes) -> bytes:
    """The document with one more child at its end."""
    element = root(xml)
    if element.inside == element.end:
        opening = b"<" + element.name + element.attributes + b">"
        return xml[: element.start] + opening + added + b"</" + element.name + b">"
    return xml[: element.inside_end] + added + xml[element.inside_end :]
