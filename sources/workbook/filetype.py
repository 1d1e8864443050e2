"""What a file is, told by its bytes and never by its name.

Belongs here: recognition and the limits on size. Does not: reading cells (``reading``).
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Literal

FileType = Literal["xlsx", "xlsb", "xls", "ods", "csv"]

MAX_FILE_BYTES = 50 * 2**20
MAX_UNPACKED_BYTES = 500 * 2**20

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
    if b"\0" in content[:65536] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError("E0002", "un fichier d'un type inconnu")
    return "csv", None


def _zipped_type(content: bytes) -> tuple[FileType, zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        entries = {entry.filename: entry for entry in archive.infolist()}
        unpacked = sum(entry.file_size for entry in entries.values())
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
    raise UnreadableFileError("E0002", "une archive zip sans classeur")


def _compound_type(content: bytes) -> FileType:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFileError("E0003", "classeur chiffré")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "xls"
    raise UnreadableFileError("E0002", "un document Office qui n'est pas un classeur")
