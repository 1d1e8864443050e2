"""What a file is, told by its bytes and never by its name.

Belongs here: recognition and the limits on size. Does not: reading cells (``reading``).
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePosixPath
from typing import Literal

FileType = Literal["xlsx", "xlsb", "xls", "ods", "csv", "zip"]

MAX_FILE_BYTES = 50 * 2**20
MAX_UNPACKED_BYTES = 500 * 2**20

INNER_SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt"}
"""What is looked for in a zip of several files."""

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN_OTHERS = {
    b"%PDF": "un PDF",
    b"\xff\xd8\xff": "une image JPEG",
    b"\x89PNG": "une image PNG",
    b"GIF8": "une image GIF",
    b"Rar!": "une archive RAR",
    b"7z\xbc\xaf": "une archive 7z",
    b"{\\rtf": "un document RTF",
    b"<!DOCTYPE": "une page web",
    b"<html": "une page web",
}


class UnreadableFileError(Exception):
    """A file whose cells cannot be read at all; ``rule_code`` is a rule of ``quality.rules``, ``found`` is French."""

    def __init__(self, rule_code: str, found: str) -> None:
        super().__init__(f"{rule_code}: {found}")
        self.rule_code = rule_code
        self.found = found


def file_type(content: bytes) -> tuple[FileType, zipfile.ZipFile | None]:
    """The type of the workbook in ``content``, and its opened zip where it is one.

    Raises:
        UnreadableFileError: the file is empty, too large, protected, damaged or not a workbook.
    """
    if not content:
        raise UnreadableFileError("E0001", "0 octet")
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFileError("E0006", f"{len(content) // 2**20} Mio")
    if content.startswith(_ZIP):
        return _zipped_type(content)
    if content.startswith(_COMPOUND):
        return _compound_type(content), None
    for beginning, what in _KNOWN_OTHERS.items():
        if content.startswith(beginning):
            raise UnreadableFileError("E0002", what)
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff")) or unmarked_utf16(content)
    if b"\0" in content[:65536] and not is_utf16:
        raise UnreadableFileError("E0002", "un fichier d'un type inconnu")
    return "csv", None


def _zipped_type(content: bytes) -> tuple[FileType, zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        entries = {entry.filename: entry for entry in archive.infolist()}
        unpacked = sum(entry.file_size for entry in archive.infolist())
        mimetype = archive.read("mimetype")[:80] if "mimetype" in entries else b""
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise UnreadableFileError("E0006", f"{unpacked // 2**20} Mio une fois décompressé")
    if "xl/workbook.xml" in entries:
        return "xlsx", archive
    if "xl/workbook.bin" in entries:
        return "xlsb", archive
    if b"opendocument.spreadsheet" in mimetype:
        return "ods", archive
    if "word/document.xml" in entries or b"opendocument.text" in mimetype:
        raise UnreadableFileError("E0002", "un document de traitement de texte")
    if any(is_inner_file(name) for name in entries):
        return "zip", archive
    raise UnreadableFileError("E0002", "une archive zip sans classeur")


def is_inner_file(name: str) -> bool:
    """Whether an entry of a zip has the name of a workbook or of a text table; what systems add has not."""
    path = PurePosixPath(name.replace("\\", "/"))
    is_system = "__MACOSX" in path.parts or path.name.startswith((".", "~$"))
    return path.suffix.lower() in INNER_SUFFIXES and not is_system


def unmarked_utf16(content: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` where every other byte of the beginning is mostly zero; None otherwise."""
    sample = content[:4096]
    half = len(sample) // 2
    if half < 4 or len(content) % 2:
        return None
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if low > 0.7 * half and high < 0.1 * half:
        return "utf-16-le"
    if high > 0.7 * half and low < 0.1 * half:
        return "utf-16-be"
    return None


def _compound_type(content: bytes) -> FileType:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFileError("E0003", "classeur chiffré")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "xls"
    if len(content) <= (int.from_bytes(content[48:52], "little") + 1) << min(content[30], 12):
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé")  # Its own directory is beyond its end.
    raise UnreadableFileError("E0002", "un document Office qui n'est pas un classeur")
