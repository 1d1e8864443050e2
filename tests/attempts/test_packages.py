"""What a workbook's package can try on the answer that is made of it.

Each attempt says in its docstring what it would have shown.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from quality.answers.annotated import fresh
from sources.home.home import Home
from sources.lake import lake
from tests.quality.conftest import GRENOBLE, LYON, submission

LINK = "xl/externalLinks/externalLink1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DDE = f'<?xml version="1.0"?><externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'
OLE = f'<?xml version="1.0"?><externalLink xmlns="{MAIN}"><oleLink progId="Package"/></externalLink>'
WEB = f'<?xml version="1.0"?><connections xmlns="{MAIN}"><connection id="1" type="4" refreshOnLoad="1"/></connections>'
ACTIVE = {
    "a DDE link in UTF-16": ("externalLink", LINK, DDE.encode("utf-16")),
    "a DDE link": ("externalLink", LINK, DDE.encode()),
    "a DDE link whose kind is in capitals": ("EXTERNALLINK", LINK, DDE.encode()),
    "an OLE link": ("externalLink", LINK, OLE.encode()),
    "an object": ("oleObject", "xl/objects/1.bin", b"\xd0\xcf\x11\xe0"),
    "an address asked when it is opened": ("connections", "xl/connections.xml", WEB.encode()),
    "a pane that fetches a page": ("webextensiontaskpanes", "xl/panes.xml", b"<taskpanes/>"),
}


def verdicts(home: Home) -> list[str]:
    return lake.read(home.lake, "receptions").sort("reception_number")["verdict_code"].to_list()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, found: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in found.items():
            archive.writestr(name, content)


def answer_of(home: Home) -> bytes:
    [path] = (home.receipts / LYON).glob("0*.xlsx")
    return path.read_bytes()


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_package_that_only_some_of_us_unpack(home: Home, drop: Callable, take: Callable, compression: int) -> None:
    """Every pass ended by one file, for everybody: it was read by one program, and its copy by another that cannot."""
    path = drop(submission())
    packed(path, parts(path.read_bytes()), compression)
    drop(submission(GRENOBLE), folder=GRENOBLE)
    take()
    assert verdicts(home) == ["prise", "prise"]
    assert any(b"Tri des courriers" in content for content in parts(answer_of(home)).values())


def test_what_cannot_be_copied_is_answered_all_the_same(
    home: Home, drop: Callable, take: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, by whatever is found next."""

    def give_up(*_: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(fresh, "values", give_up)
    (home.intake / LYON / "envoi.csv").write_text("organisation;campagne\n")
    drop(submission(GRENOBLE), folder=GRENOBLE)
    take()
    assert sorted(verdicts(home)) == ["prise", "refusee"]
    assert any(fresh._STRANGE.encode() in content for content in parts(answer_of(home)).values())


@pytest.mark.parametrize("kind", ACTIVE)
def test_nothing_that_runs_or_fetches_is_sent_back(home: Home, drop: Callable, take: Callable, kind: str) -> None:
    """A command, or an address asked, on the desk of whoever opens an annotated workbook that the GCS's system made."""
    relation, name, content = ACTIVE[kind]
    path = drop(submission())
    found = parts(path.read_bytes())
    rels = "_rels/.rels" if relation.startswith("web") else "xl/_rels/workbook.xml.rels"
    one = f'<Relationship Id="rIdX" Type="{RELATIONS}/{relation}" Target="/{name}"/></Relationships>'
    found[rels] = found[rels].replace(b"</Relationships>", one.encode())
    packed(path, found | {name: content})
    take()
    assert verdicts(home) == ["prise"]
    back = parts(answer_of(home))
    assert name not in back and all(name.encode() not in content for content in back.values())
