"""Files that are no workbook and no text table, told by their bytes: what each is, and how to get a table out of it.

Belongs here: naming them, in French. Does not: workbooks of any format (``filetype``).
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

_EXPORT = "un classeur xlsx ou un CSV, enregistré depuis le logiciel qui a fait ce fichier"
_OPEN_IN_SPREADSHEET = "le même tableau ouvert dans votre tableur, puis enregistré au format xlsx"
_UNPACKED = "les classeurs eux-mêmes, tirés de l'archive (clic droit, « Extraire »), ou une archive zip"
_REAL_FILE = "le classeur lui-même, et non un lien vers lui"
ATTACHED = "le classeur joint au message, enregistré à part"
TYPED = "les réponses elles-mêmes, dans le modèle de classeur"

_LOOKED_AT = 4096
_DBASE = re.compile(rb"[\x03\x30\x31\x43\x83\x8b\xf5][\x00-\xff]{11}[\x00-\xff]{15}\x00", re.DOTALL)
"""Then the date of its last change: month and day."""


class OtherFile(NamedTuple):
    """What a file is, and what is expected in its place."""

    found: str
    expected: str


_BEGINNINGS: dict[bytes, OtherFile] = {
    b"%PDF": OtherFile("un PDF", TYPED),
    b"\xff\xd8\xff": OtherFile("une image JPEG", TYPED),
    b"\x89PNG": OtherFile("une image PNG", TYPED),
    b"GIF8": OtherFile("une image GIF", TYPED),
    b"II*\0": OtherFile("une image TIFF", TYPED),
    b"MM\0*": OtherFile("une image TIFF", TYPED),
    b"Rar!": OtherFile("une archive RAR", _UNPACKED),
    b"7z\xbc\xaf": OtherFile("une archive 7z", _UNPACKED),
    b"BZh": OtherFile("une archive bzip2", _UNPACKED),
    b"\xfd7zXZ\0": OtherFile("une archive xz", _UNPACKED),
    b"\x28\xb5\x2f\xfd": OtherFile("une archive zstd", _UNPACKED),
    b"MSCF": OtherFile("une archive CAB", _UNPACKED),
    b"{\\rtf": OtherFile("un document RTF", TYPED),
    b"L\0\0\0\x01\x14\x02\0": OtherFile("un raccourci Windows (.lnk)", _REAL_FILE),
    b"bplist00": OtherFile("un raccourci ou un réglage de Mac", _REAL_FILE),
    b"\0\x05\x16\x07": OtherFile("un fichier annexe de Mac (« ._ » devant le nom)", _REAL_FILE),
    b"MZ": OtherFile("un programme Windows", _EXPORT),
    b"SQLite format 3\0": OtherFile("une base de données SQLite", _EXPORT),
    b"\0\x01\0\0Standard ": OtherFile("une base de données Access", _EXPORT),
    b"\x00\x00\x02\x00\x06\x04": OtherFile("un classeur Lotus 1-2-3", _OPEN_IN_SPREADSHEET),
    b"\x00\x00\x1a\x00": OtherFile("un classeur Lotus 1-2-3", _OPEN_IN_SPREADSHEET),
    b"\xff\x00\x02\x00\x04\x04": OtherFile("un classeur Microsoft Works", _OPEN_IN_SPREADSHEET),
    b"PAR1": OtherFile("un fichier Parquet", _EXPORT),
    b"!BDN": OtherFile("une messagerie Outlook (.pst)", ATTACHED),
    b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d": OtherFile("une section OneNote", TYPED),
    b"HEADER RECORD*****": OtherFile("une table SAS", _EXPORT),
    b"$FL2": OtherFile("une table SPSS", _EXPORT),
    b"$FL3": OtherFile("une table SPSS", _EXPORT),
    b"<stata_dta>": OtherFile("une table Stata", _EXPORT),
    b"PK\x05\x06": OtherFile("une archive zip vide", _UNPACKED),
    b'x\x9f>"': OtherFile("une pièce jointe winmail.dat d'Outlook", ATTACHED),
}

_TEXTS: list[tuple[re.Pattern[str], OtherFile]] = [
    (re.compile(beginning, re.IGNORECASE | re.DOTALL), OtherFile(found, expected))
    for beginning, found, expected in (
        (r"mime-version:.{0,3000}multipart/related", "une page web archivée (MHTML)", _OPEN_IN_SPREADSHEET),
        (
            r"(return-path|received|delivered-to|message-id|mime-version|from|to|date|subject|x-[a-z-]+): .{0,3000}\n"
            r"(to|from|subject|content-type|mime-version): ",
            "un courriel (.eml)",
            ATTACHED,
        ),
        (r"id;p[a-z0-9]{2,8}(;[a-z])*\r?\n(p;p|[bc];[xy]\d|o;|f;)", "un fichier SYLK", _OPEN_IN_SPREADSHEET),
        (r"table\r?\n0,1\r?\n", "un fichier DIF", _OPEN_IN_SPREADSHEET),
        (r"(uesdb|0m8r4kgx)[a-z0-9+/\r\n]{60}", "un classeur écrit en base64, comme une pièce jointe", ATTACHED),
        (r"%!ps", "un document PostScript", TYPED),
        (r"begin:vcard", "une carte de visite (vCard)", TYPED),
        (r"begin:vcalendar", "un agenda (iCalendar)", TYPED),
        (r"\[internetshortcut\]", "un raccourci vers une page web (.url)", _REAL_FILE),
        (r"\[desktop entry\]", "un raccourci (.desktop)", _REAL_FILE),
        (r"version https://git-lfs", "un renvoi vers un fichier rangé ailleurs", _REAL_FILE),
        (r"-----begin ", "un certificat ou un message chiffré", _EXPORT),
        (r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<!doctype plist|<plist", "un raccourci ou un réglage de Mac", _REAL_FILE),
        (
            r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+html|<html|<head|<body|<table|<meta)",
            "une page web",
            _OPEN_IN_SPREADSHEET,
        ),
        (r"<\?xml|<[a-z][\w:.-]*[\s>/]", "un fichier XML", _EXPORT),
    )
]


def other_file(content: bytes) -> OtherFile | None:
    """What the bytes are, where they are none of what is read."""
    for beginning, other in _BEGINNINGS.items():
        if content.startswith(beginning):
            return other
    if content[257:262] == b"ustar":
        return OtherFile("une archive tar", _UNPACKED)
    if _DBASE.match(content) and 1 <= content[2] <= 12 and 1 <= content[3] <= 31:
        return OtherFile("une table dBase (.dbf)", _OPEN_IN_SPREADSHEET)
    if content[4:8] == b"ftyp":
        return OtherFile("une photo ou une vidéo", TYPED)
    if not content.strip(b"\0"):
        return OtherFile("un fichier rempli de zéros : sa copie n'est pas allée au bout", _REAL_FILE)
    return _other_text(content)


def _other_text(content: bytes) -> OtherFile | None:
    start = content[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf").replace(b"\0", b"").decode("latin-1")
    bare = start.removeprefix("ÿþ").removeprefix("þÿ").lstrip()
    if bare[:1] in ("{", "[") and (found := _json(content, bare)):
        return found
    return next((other for pattern, other in _TEXTS if pattern.match(bare)), None)


def _json(content: bytes, bare: str) -> OtherFile | None:
    """A JSON file; those by which a cloud stands for a document are links."""
    if not re.match(r'\{\s*("|\})|\[\s*(\{|\[|"|-?\d|\])', bare):
        return None
    if re.search(r'"(url|doc_id|resource_id)"\s*:', bare) and len(content) < _LOOKED_AT:
        try:
            if isinstance(json.loads(content), dict):
                return OtherFile("un lien vers un document en ligne", _REAL_FILE)
        except ValueError:
            pass
    return OtherFile("un fichier JSON", _EXPORT)
