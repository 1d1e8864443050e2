"""Names of files in a zip: those that do not say their encoding are read by proof, as the text of a CSV is."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from sources.workbook.reading import read_workbook
from sources.workbook.zipped import files_in

NAMES = ["Évaluations imagerie.csv", "Cas d'usage/Réponses de l'équipe.csv"]


def zip_of(names: list[str], encoding: str, *, says_utf_8: bool = False) -> bytes:
    """A zip whose names are these bytes: Python writes letters beyond ASCII in UTF-8 only."""
    places = (name.encode("ascii", errors="replace").decode() for name in names)
    held = {place.ljust(len(name.encode(encoding)), "x"): name for place, name in zip(places, names, strict=True)}
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for place in held:
            archive.writestr(place, "evaluateur;cas_usage\nMED-01;CAT-001\n")
    content = written.getvalue()
    for place, name in held.items():
        assert len(place) == len(name.encode(encoding))
        content = content.replace(place.encode(), name.encode(encoding))
    if says_utf_8:
        content = content.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\0\x08")
        content = content.replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\0\x08")
    return content


@pytest.mark.parametrize(
    ("encoding", "says_utf_8"),
    [(one, False) for one in ("cp437", "cp850", "cp1252", "utf-8", "mac_roman")] + [("utf-8", True)],
)
def test_names_are_read_by_proof(encoding: str, says_utf_8: bool) -> None:
    names = [name if encoding != "cp437" else name.replace("É", "é") for name in NAMES]
    content = zip_of(names, encoding, says_utf_8=says_utf_8)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        inner = files_in(archive)
    assert [each.path for each in inner] == names
    assert [each.name for each in inner] == [name.replace("/", " – ") for name in names]
    assert [sheet.name for sheet in read_workbook(content)] == [name.split("/")[-1][:-4] for name in names]


def test_a_name_that_proves_nothing_is_left_as_the_format_says() -> None:
    name = "a\xb3\xc4b.csv".encode("latin-1").decode("cp437")
    with zipfile.ZipFile(BytesIO(zip_of([name], "cp437"))) as archive:
        [inner] = files_in(archive)
    assert inner.path == name
