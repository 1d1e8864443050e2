"""The stream of records of an xls, taken out of its container (OLE2).

Belongs here: sectors, chains, the name of the stream, the generation of its records. Does not: the records.
"""

from __future__ import annotations

import struct

_STREAMS = ("workbook", "book")
_SECTOR_END = 0xFFFFFFFA
_ROOT_ENTRY = 5
_BEGIN, _EXCEL_97 = 0x0809, 0x0600


def is_before_excel_97(content: bytes) -> bool:
    """Whether the records of a compound file are of an older generation than those that calamine reads well."""
    try:
        kind, _, version = struct.unpack_from("<HHH", workbook_stream(content))
    except (struct.error, IndexError, ValueError, StopIteration):
        return False
    return kind != _BEGIN or version < _EXCEL_97


def workbook_stream(content: bytes) -> bytes:
    """The stream « Workbook », else « Book » (before Excel 97), whatever the case of its name; chains that turn in
    circles are cut by their length.
    """
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    first_directory, _, mini_cutoff = struct.unpack_from("<III", content, 48)
    table = _allocation_table(content, size)
    directory = _chain(content, size, table, first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    named = {_name(entry): entry for entry in entries}
    for entry in (named[name] for name in _STREAMS if name in named):
        start, length = struct.unpack_from("<II", entry, 116)
        if length >= mini_cutoff:
            return _chain(content, size, table, start)[:length]
        root = next(entry for entry in entries if entry[66] == _ROOT_ENTRY)
        mini = _chain(content, size, table, struct.unpack_from("<I", root, 116)[0])
        mini_table_start = struct.unpack_from("<I", content, 60)[0]
        mini_table = _integers(_chain(content, size, table, mini_table_start))
        return _chain(b"\0" * 64 + mini, 64, mini_table, start)[:length]
    raise ValueError("no workbook stream")


def _name(entry: bytes) -> str:
    return entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", errors="replace").lower()


def _allocation_table(content: bytes, size: int) -> list[int]:
    sectors = [sector for sector in struct.unpack_from("<109I", content, 76) if sector < _SECTOR_END]
    following, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, len(content) // size)):
        if following >= _SECTOR_END:
            break
        block = _integers(_sector(content, size, following))
        sectors += [sector for sector in block[:-1] if sector < _SECTOR_END]
        following = block[-1]
    return [number for sector in sectors for number in _integers(_sector(content, size, sector))]


def _sector(content: bytes, size: int, number: int) -> bytes:
    return content[(number + 1) * size : (number + 2) * size]


def _chain(content: bytes, size: int, table: list[int], first: int) -> bytes:
    parts: list[bytes] = []
    while first < _SECTOR_END and len(parts) <= len(table):
        parts.append(_sector(content, size, first))
        first = table[first]
    return b"".join(parts)


def _integers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
