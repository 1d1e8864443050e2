"""Files in a zip: which are looked at, their safe names, their bytes within limits, whether they make one submission.

Belongs here: opening a zip of files. Does not: cells (``reading``), nor zips that are themselves a workbook.

A zip of CSV files, or of one workbook, is one submission. A zip of several workbooks is several: each of its files is
received by itself (``quality.batch.bundles``).
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sources.workbook.filetype import MAX_FILE_BYTES, UnreadableFileError, file_type, is_inner_file, is_other_document
from sources.workbook.text.encodings import LOST, decode
from sources.workbook.unwrapping import unwrapped

SEVERAL_WORKBOOKS = "I0001"
"""The rule that says that a zip holds several workbooks."""

LEFT_OUT = "I0421"
"""The rule that names the documents of a zip that are not read."""

MAX_INNER_FILES = 50

_TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}
_PIECE_BYTES = 2**20
_LONGEST_NAME_BYTES = 160
_IS_UTF_8, _UNSAID = 0x800, "cp437"
"""The flag by which an entry says that its name is UTF-8, and what ``zipfile`` reads it as where it does not."""

_BOUNDED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Compressions that are unpacked piece by piece; others may fill the memory with one piece."""


@dataclass(frozen=True)
class InnerFile:
    """One file of a zip; ``name`` is safe to show and to write, and no other of the zip has it.

    ``path``: folders and name as their letters were proven.
    """

    entry: zipfile.ZipInfo
    name: str
    path: str

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path.replace("\\", "/")).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix.lower()


def files_in(archive: zipfile.ZipFile) -> list[InnerFile]:
    """The workbooks and text tables of a zip, in its order; what systems add, and other documents, are left out.

    Raises:
        UnreadableFileError: too many of them, too large, or another zip among them.
    """
    if any(entry.filename.lower().endswith(".zip") for entry in archive.infolist()):
        raise _nested()
    entries = [entry for entry in archive.infolist() if is_inner_file(entry.filename)]
    if len(entries) > MAX_INNER_FILES:
        raise UnreadableFileError("E0006", f"{len(entries)} fichiers dans l'archive zip")
    largest = max((entry.file_size for entry in entries), default=0)
    if largest > MAX_FILE_BYTES:
        raise UnreadableFileError("E0006", f"un fichier de {largest // 2**20} Mio dans l'archive zip")
    paths = _proven_paths(entries)
    return [InnerFile(*each) for each in zip(entries, _distinct(map(_safe_name, paths)), paths, strict=True)]


def _proven_paths(entries: list[zipfile.ZipInfo]) -> list[str]:
    """The path of each entry; where the zip does not say that it is UTF-8, in the encoding in which all are French.

    What proves nothing is left in CP437, as the format says.
    """
    unsaid = [entry.filename for entry in entries if not entry.flag_bits & _IS_UTF_8 and not entry.filename.isascii()]
    try:
        read = decode("\n".join(unsaid).encode(_UNSAID)).text.split("\n")
    except (UnreadableFileError, UnicodeEncodeError):
        read = []
    is_proven = len(read) == len(unsaid) and not any(LOST in path for path in read)
    proven = dict(zip(unsaid, read, strict=True)) if is_proven else {}
    return [entry.filename if entry.flag_bits & _IS_UTF_8 else proven.get(entry.filename, entry.filename)
            for entry in entries]  # fmt: skip


def left_out(archive: zipfile.ZipFile) -> list[str]:
    """The safe names of a zip's other documents, which a person put there: a letter, a photograph."""
    others = [entry for entry in archive.infolist() if not entry.is_dir() and is_other_document(entry.filename)]
    return list(_distinct(map(_safe_name, _proven_paths(others))))


def content_in(archive: zipfile.ZipFile, inner: InnerFile) -> bytes:
    """The bytes of one file of a zip, never more than it declares.

    Raises:
        UnreadableFileError: protected by a password, damaged, or compressed in a way that cannot be bounded.
    """
    if inner.entry.compress_type not in _BOUNDED:
        raise UnreadableFileError("E0004", "archive zip d'une compression inhabituelle")
    try:
        with archive.open(inner.entry) as stream:
            return b"".join(iter(lambda: stream.read(_PIECE_BYTES), b""))
    except RuntimeError as error:
        raise UnreadableFileError("E0003", "archive zip protégée par un mot de passe") from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé") from error


def looked_over(archive: zipfile.ZipFile, inner_files: list[InnerFile]) -> None:
    """Look at what each file of a zip is, before any is read.

    Raises:
        UnreadableFileError: one of them is another zip; several are workbooks (``SEVERAL_WORKBOOKS``), whole or not; or
            they would be one submission, and one cannot be read.
    """
    workbook_count = 0
    trouble: UnreadableFileError | None = None
    for inner in inner_files:
        content = content_in(archive, inner)
        try:
            kind, _ = file_type(unwrapped(content))
        except UnreadableFileError as error:
            trouble = trouble or error
            kind = "csv" if inner.suffix in _TEXT_SUFFIXES else "xlsx"
        if kind == "zip":
            raise _nested()
        workbook_count += kind != "csv"
    if workbook_count > 1:
        raise UnreadableFileError(SEVERAL_WORKBOOKS, f"{len(inner_files)} fichiers")
    if trouble:
        raise trouble


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file of the zip at ``path``, one in memory at a time.

    Raises:
        UnreadableFileError: as ``files_in`` and ``content_in`` do.
    """
    with zipfile.ZipFile(path) as archive:
        for inner in files_in(archive):
            yield inner.name, content_in(archive, inner)


def _nested() -> UnreadableFileError:
    return UnreadableFileError("E0002", "une archive zip dans une autre")


def _safe_name(path: str) -> str:
    """Folders and name on one line, without what climbs or does not show; a long one keeps its end and suffix."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    joined = unicodedata.normalize("NFC", " – ".join(parts))
    shown = "".join("_" if unicodedata.category(letter).startswith("C") else letter for letter in joined)
    while len(shown.encode()) > _LONGEST_NAME_BYTES:
        shown = shown[1:]
    return re.sub(r"[<>:\"|?*]", "_", shown)


def _distinct(names: Iterator[str]) -> Iterator[str]:
    """Names that differ by more than case; the second of the same is « nom (2).xlsx »."""
    seen: set[str] = set()
    for name in names:
        path = PurePosixPath(name)
        chosen, count = name, 1
        while chosen.casefold() in seen:
            count += 1
            chosen = f"{path.stem} ({count}){path.suffix}"
        seen.add(chosen.casefold())
        yield chosen
