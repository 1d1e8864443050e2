"""What is no workbook is named in one sentence, with what to drop in its place; what is one is never taken for it."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import zipfile

import pytest

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import read_workbook

TABLE = b"code;note\r\nA;x\r\n"


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("envoi.csv")
        info.size = len(TABLE)
        archive.addfile(info, io.BytesIO(TABLE))
    return out.getvalue()


def compound(*streams: str) -> bytes:
    """What the directory of an Office document before 2007 names."""
    named = b"".join(stream.encode("utf-16-le") + b"\0" * 8 for stream in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + b"\x09\0" + b"\0" * 500 + named + b"\0" * 2000


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


OTHERS = {
    "PDF": b"%PDF-1.7\n",
    "JPEG": b"\xff\xd8\xff\xe0",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "RAR": b"Rar!\x1a\x07",
    "tar": tar(),
    "RTF": b"{\\rtf1\\ansi",
    "MHTML": b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n',
    ".eml": b"From: a@chu.fr\r\nTo: b@gcs.fr\r\nSubject: envoi\r\n\r\nBonjour",
    "courriel": b"Subject: envoi\r\nFrom: a@chu.fr\r\nTo: b@gcs.fr\r\nMIME-Version: 1.0\r\n\r\nBonjour",
    ".msg": compound("__properties_version1.0", "Workbook"),
    "Word": compound("WordDocument"),
    "base64": base64.encodebytes(b"PK\x03\x04\x14\0\x06\0" + bytes(range(200))),
    "PostScript": b"%!PS-Adobe-3.0\n",
    "OneNote": b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d" + b"\0" * 60,
    "dBase": b"\x03\x7e\x0b\x1d\x03\0\0\0\x61\0\x32\0" + b"\0" * 60,
    "zip vide": b"PK\x05\x06" + b"\0" * 18,
    "dans une autre": zipped({"envoi.zip": b"PK"}),
    ".eml)": zipped({"message.eml": b"From: a"}),
    "SYLK": b'ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K"code"\r\nE\r\n',
    "DIF": b'TABLE\r\n0,1\r\n"EXCEL"\r\n',
    "JSON": b'[{"code": "A", "note": "x"}]',
    "en ligne": b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1", "email": ""}',
    "XML": b'<?xml version="1.0"?>\n<reponses><code>A</code></reponses>',
    "page web": b"\xef\xbb\xbf  <table><tr><td>code</td></tr></table>",
    "vCard": b"BEGIN:VCARD\r\nVERSION:3.0\r\n",
    "agenda": b"BEGIN:VCALENDAR\r\n",
    ".lnk": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60,
    ".url": b"[InternetShortcut]\r\nURL=https://exemple.fr\r\n",
    "Mac": b"bplist00\xd1\x01\x02",
    "annexe de Mac": b"\0\x05\x16\x07\0\x02\0\0Mac OS X",
    "zéros": b"\0" * 5000,
    "programme": b"MZ\x90\0\x03",
    "SQLite": b"SQLite format 3\0",
    "Access": b"\0\x01\0\0Standard Jet DB\0",
}


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("is_packed", [False, True])
def test_another_file_is_named_with_what_to_drop_in_its_place(what: str, is_packed: bool) -> None:
    with pytest.raises(UnreadableFileError) as refusal:
        read_workbook(gzip.compress(OTHERS[what]) if is_packed else OTHERS[what])
    assert refusal.value.rule_code == "E0002"
    assert what in refusal.value.found
    assert refusal.value.expected


@pytest.mark.parametrize(
    "heading", ["ID;Prénom", "id;p;n", "Table;note", "[code];note", "{code};note", "From;to", "MIME;x", "code <b>;note"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_that_begins_alike_is_read(heading: str, encoding: str) -> None:
    [sheet] = read_workbook(f"{heading};fin\r\nA;x;é\r\nDéjà;noté;été\r\n".encode(encoding))
    assert sheet.rows[0] == f"{heading};fin".split(";")


@pytest.mark.parametrize("times", [1, 2])
def test_a_gzip_is_opened(times: int) -> None:
    content = TABLE
    for _ in range(times):
        content = gzip.compress(content)
    if times == 1:
        assert read_workbook(content)[0].rows == [["code", "note"], ["A", "x"]]
    else:
        with pytest.raises(UnreadableFileError, match="E0002"):
            read_workbook(content)


@pytest.mark.parametrize("cut", [12, -6])
def test_a_gzip_that_was_cut_is_damaged(cut: int) -> None:
    with pytest.raises(UnreadableFileError, match="E0004"):
        read_workbook(gzip.compress(TABLE * 100)[:cut])


def test_a_gzip_that_grows_without_end_is_stopped() -> None:
    with pytest.raises(UnreadableFileError, match="E0006"):
        read_workbook(gzip.compress(b";" * (60 * 2**20), 1))
