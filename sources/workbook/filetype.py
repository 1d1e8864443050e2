"""What a file is, told by its bytes and never by its name.

Belongs here: recognition and the limits on size. Does not: reading cells (``reading``).
"""

from __future__ import annotations

import gzip
import re
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath
from typing import Literal

from sources.workbook.formats.compound import is_before_excel_97
from sources.workbook.other_files import ATTACHED, TYPED, other_file
from sources.workbook.xlsx.office_package import OfficePackage

FileType = Literal["xlsx", "xlsb", "xls", "old_xls", "xml", "ods", "csv", "zip"]
"""``old_xls`` is from before Excel 97, ``xml`` a workbook in one document as Excel 2003 wrote it."""

MAX_FILE_BYTES = 50 * 2**20
MAX_UNPACKED_BYTES = 500 * 2**20

INNER_SUFFIXES = {
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".xltx", ".xltm", ".xlt", ".ots", ".csv", ".tsv", ".txt")
}
"""What is looked for in a zip of several files."""

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GZIP = b"\x1f\x8b"
_PIECE_BYTES = 2**20
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b\0"))
_SAMPLE_BYTES = 2**16
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
BARE_RECORDS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""How a file of Excel 2, 3 or 4 begins: it is a stream of records, in no container."""

_XML_SPREADSHEET = re.compile(r"<(?:[\w.-]+:)?Workbook\s[^>]*urn:schemas-microsoft-com:office:spreadsheet")
_STREAM_NAMES = [name.encode("utf-16-le") for name in ("Workbook", "WORKBOOK", "workbook", "Book", "BOOK", "book")]
_OF_A_MESSAGE = "__properties_version1.0".encode("utf-16-le")
_OTHER_STREAMS = {
    "WordDocument": "un document de traitement de texte (Word)",
    "PowerPoint Document": "une présentation (PowerPoint)",
}
_OTHER_PACKAGES = {
    "word/": "un document de traitement de texte (Word)",
    "ppt/": "une présentation (PowerPoint)",
    "visio/": "un dessin (Visio)",
    "index/document.iwa": "un document Numbers, Pages ou Keynote d'Apple : exportez-le au format Excel",
    "index.zip": "un document Numbers, Pages ou Keynote d'Apple : exportez-le au format Excel",
}
"""What the name of an entry begins with, where the zip is another document."""


class UnreadableFileError(Exception):
    """A file whose cells cannot be read at all; ``rule_code`` is a rule of ``quality.rules.rules``.

    ``found`` and ``expected``, where something is, are French.
    """

    def __init__(self, rule_code: str, found: str, expected: str | None = None) -> None:
        super().__init__(f"{rule_code}: {found}")
        self.rule_code = rule_code
        self.found = found
        self.expected = expected


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
    if content.startswith(BARE_RECORDS):
        return "old_xls", None
    if is_xml_spreadsheet(content):
        return "xml", None
    if other := other_file(content):
        raise UnreadableFileError("E0002", *other)
    if not _is_text(content):
        raise UnreadableFileError("E0002", "un fichier d'un type inconnu")
    return "csv", None


def unpacked_gzip(content: bytes) -> bytes:
    """The file that a gzip holds; the bytes themselves where they are none.

    Raises:
        UnreadableFileError: damaged, or larger than a file may be.
    """
    if not content.startswith(_GZIP):
        return content
    pieces: list[bytes] = []
    size = 0
    try:
        with gzip.open(BytesIO(content)) as stream:
            while piece := stream.read(_PIECE_BYTES):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_FILE_BYTES:
                    raise UnreadableFileError("E0006", f"plus de {MAX_FILE_BYTES // 2**20} Mio une fois décompressé")
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError("E0004", "archive gzip incomplète ou abîmée") from error
    return b"".join(pieces)


def _is_text(content: bytes) -> bool:
    """Whether the beginning holds no control that texts have not; zeros are those of wide characters, or padding."""
    if unmarked_utf(content) or content.startswith(_WIDE_MARKS):
        return True
    sample = content[:_SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls * 100 <= len(sample) and sample.count(0) * 2 < len(sample)


def _zipped_type(content: bytes) -> tuple[FileType, zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        entries = {entry.filename: entry for entry in archive.infolist()}
        unpacked = sum(entry.file_size for entry in archive.infolist())
        mimetype = archive.read("mimetype")[:80] if "mimetype" in entries else b""
    except RuntimeError as error:
        raise UnreadableFileError("E0003", "fichier zip protégé par un mot de passe") from error
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise UnreadableFileError("E0006", f"{unpacked // 2**20} Mio une fois décompressé")
    kind: FileType | None = "ods" if b"opendocument.spreadsheet" in mimetype else _office_type(archive)
    if kind:
        _refuse_two_versions(archive)
        return kind, archive
    names = [name.lower().replace("\\", "/") for name in entries]
    for beginning, what in _OTHER_PACKAGES.items():
        if any(name.startswith(beginning) for name in names):
            raise UnreadableFileError("E0002", what)
    if b"opendocument." in mimetype:
        raise UnreadableFileError("E0002", "un document LibreOffice qui n'est pas un classeur")
    if any(is_inner_file(name) for name in entries):
        return "zip", archive
    raise UnreadableFileError("E0002", *_without_workbook([name for name in names if is_other_document(name)]))


def _refuse_two_versions(archive: zipfile.ZipFile) -> None:
    """A part that a workbook holds twice, with other bytes: which one a program reads depends on the program."""
    known: dict[str, tuple[int, int]] = {}
    for entry in archive.infolist():
        name, content = entry.filename.replace("\\", "/").lower(), (entry.CRC, entry.file_size)
        if known.setdefault(name, content) != content:
            raise UnreadableFileError("E0004", "une partie du fichier y est deux fois, et les deux diffèrent")


def _without_workbook(names: list[str]) -> tuple[str, str | None]:
    """What a zip without a workbook is, and what is expected; its files are told by the ends of their names."""
    suffixes = sorted({suffix for name in names if (suffix := PurePosixPath(name).suffix) and len(suffix) <= 6})
    if ".zip" in suffixes:
        return "une archive zip dans une autre", "une seule archive zip, où se trouvent les classeurs eux-mêmes"
    shown = ", ".join(suffixes[:5])
    if {".eml", ".msg"} & set(suffixes):
        return f"une archive zip sans classeur (elle contient : {shown})", ATTACHED
    return (
        f"une archive zip sans classeur (elle contient : {shown})" if shown else "une archive zip sans classeur",
        None,
    )


def _office_type(archive: zipfile.ZipFile) -> Literal["xlsx", "xlsb"] | None:
    """xlsx or xlsb, by the part from which the package's relations lead to all others."""
    try:
        package = OfficePackage.of(archive)
        main = package.main_part
        beginning = package.beginning(main) if main else b""
    except RuntimeError as error:
        raise UnreadableFileError("E0003", "fichier zip protégé par un mot de passe") from error
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, zlib.error, struct.error) as error:
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé") from error
    if main.lower().endswith(".bin"):
        return "xlsb"
    is_workbook = b"spreadsheetml" in beginning.replace(b"\0", b"") or main.lower() == "xl/workbook.xml"
    return "xlsx" if main and is_workbook else None


_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


def is_inner_file(name: str) -> bool:
    """Whether an entry of a zip has the name of a workbook or of a text table; what systems add has not."""
    return PurePosixPath(name).suffix.lower() in INNER_SUFFIXES and not _is_of_a_system(name)


def is_other_document(name: str) -> bool:
    """Whether an entry of a zip is neither such a file nor what systems add: a person meant something by it."""
    return not is_inner_file(name) and not _is_of_a_system(name)


def _is_of_a_system(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return "__MACOSX" in path.parts or path.name.startswith((".", "~$")) or path.name.lower() in _SYSTEM_FILES


def unmarked_utf(content: bytes) -> str | None:
    """The UTF-16 or UTF-32 in which the beginning is written without a mark: its zeros stand at every other place."""
    sample = content[:4096]
    if len(sample) >= 16 and not len(content) % 4:
        zeros = [sample[at::4].count(0) for at in range(4)]
        most, fewest = 0.9 * (len(sample) // 4), 0.1 * (len(sample) // 4)
        if min(zeros[1:]) > most and zeros[0] < fewest:
            return "utf-32-le"
        if min(zeros[:3]) > most and zeros[3] < fewest:
            return "utf-32-be"
    half = len(sample) // 2
    if half < 4:
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
    if _OF_A_MESSAGE in content:
        raise UnreadableFileError("E0002", "un message Outlook (.msg)", ATTACHED)
    if any(name in content for name in _STREAM_NAMES):
        return "old_xls" if is_before_excel_97(content) else "xls"
    if len(content) <= (int.from_bytes(content[48:52], "little") + 1) << min(content[30], 12):
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé")  # Its own directory is beyond its end.
    what = next((what for name, what in _OTHER_STREAMS.items() if name.encode("utf-16-le") in content), None)
    raise UnreadableFileError("E0002", what or "un document Office qui n'est pas un classeur", TYPED)


def is_xml_spreadsheet(content: bytes) -> bool:
    """Whether the document begins as a workbook in XML does, in whatever encoding."""
    beginning = content[:8192].replace(b"\0", b"")
    return _XML_SPREADSHEET.search(beginning.decode("latin-1")) is not None
