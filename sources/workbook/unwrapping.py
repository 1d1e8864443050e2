"""Files that hold a workbook in a wrapping of their own, which a spreadsheet opens without a word: taken out of it.

Belongs here: encryption by Excel's default password, Flat ODS, dust before a zip. Does not: what the workbook is
(``filetype``), nor its cells.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import msoffcrypto

from sources.workbook.filetype import MAX_FILE_BYTES, MAX_UNPACKED_BYTES, UnreadableFileError

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFAULT_PASSWORD = "VelvetSweatshop"
"""Excel tries it by itself, and asks for nothing: it is the one of a workbook that is only « read-only »."""

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_RIGHTS = "DRMEncrypted".encode("utf-16-le")
_LABEL = "E0010"
_MOST_DUST = 4096
_FLAT_ODS = re.compile(rb"<(?:[\w.-]+:)?document\s[^>]*opendocument\.spreadsheet", re.DOTALL)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def unwrapped(content: bytes) -> bytes:
    """The workbook that ``content`` holds, or ``content`` as it is.

    Raises:
        UnreadableFileError: it is protected: by a password (E0003), or by rights or a sensitivity label (E0010).
    """
    if content.startswith(_COMPOUND):
        return _decrypted(content) if _is_encrypted(content) else content
    if content.startswith(b"PK") or len(content) > MAX_FILE_BYTES:
        return content
    if _FLAT_ODS.search(content[:65_536]):
        return _as_package(content)
    return _without_dust(content) if b"PK\x03\x04" in content[:_MOST_DUST] else content


def _is_encrypted(content: bytes) -> bool:
    if _RIGHTS in content:
        raise UnreadableFileError(_LABEL, "fichier protégé par des droits d'accès")
    if _ENCRYPTED_PACKAGE in content:
        return True
    try:
        return bool(msoffcrypto.OfficeFile(BytesIO(content)).is_encrypted())
    except Exception:  # Damage, or an older format: the reader says what it is.
        return False


def _decrypted(content: bytes) -> bytes:
    opened = BytesIO()
    try:
        file = msoffcrypto.OfficeFile(BytesIO(content))
        file.load_key(password=_DEFAULT_PASSWORD)
        file.decrypt(opened)
    except Exception as error:  # What a damaged file makes of a cipher is not known beforehand.
        raise UnreadableFileError("E0003", "classeur chiffré") from error
    return opened.getvalue()


def _as_package(content: bytes) -> bytes:
    """A Flat ODS is the content of an ods in one document: the same, packed."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", _ODS, compress_type=zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        package.writestr("content.xml", content)
    return packed.getvalue()


def _without_dust(content: bytes) -> bytes:
    """A zip before which a mail or a server left something."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                return content
            clean = BytesIO()
            with zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as package:
                for entry in archive.infolist():
                    package.writestr(entry.filename, archive.read(entry))
            return clean.getvalue()
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return content
