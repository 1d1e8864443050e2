"""Personal data: masked in the workbook sent back, and nowhere else in its file."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.answers.annotated.conftest import Annotate, faulty
from tests.quality.answers.annotated.test_patched import edited, with_part

PHONE, MAIL = "06 12 34 56 78", "jeanne.canari@chu-exemple.fr"


def traces(path: Path) -> list[str]:
    """The parts that still say one of the canaries, runs joined and blanks set aside."""
    left = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            raw = archive.read(name).decode(errors="replace")
            for text in (raw, re.sub("<[^>]*>", "", raw)):
                squeezed = re.sub(r"[\s.]", "", html.unescape(text))
                if "canari" in squeezed or PHONE.replace(" ", "") in squeezed:
                    left.append(name)
    return left


def write_personal_data(book: Workbook) -> None:
    sheet = book["Cas d'usage"]
    sheet["C3"] = f"Écrire à {MAIL} ou appeler le {PHONE}"
    sheet["C3"].hyperlink = f"mailto:{MAIL}"
    sheet["C4"] = "rien de personnel"


def annotated(workbook: Path, annotate: Annotate, change: Any) -> tuple[Path, bool]:
    def both(book: Workbook) -> None:
        write_personal_data(book)
        change(book)

    path, answer = annotate(edited(workbook, both))
    return path, answer.is_original


def in_comments(book: Workbook) -> None:
    book["Cas d'usage"]["D4"].comment = Comment(f"Voir avec {MAIL}", "x")
    book["Objectifs"]["A1"].comment = Comment(f"Tél. {PHONE}", "x")


def in_properties(book: Workbook) -> None:
    book.properties.creator = MAIL
    book.properties.title = f"Appeler {PHONE}"


def in_an_explaining_sheet(book: Workbook) -> None:
    book["Lisez-moi"]["A40"] = f"Contact : {MAIL}"


def in_an_extra_sheet(book: Workbook) -> None:
    book.create_sheet("Annuaire")["B7"] = PHONE


def nowhere_else(_: Workbook) -> None:
    pass


@pytest.mark.parametrize(
    "change",
    [nowhere_else, in_comments, in_properties, in_an_extra_sheet, in_an_explaining_sheet],
    ids=lambda f: f.__name__,
)
def test_the_senders_own_workbook_comes_back_without_a_trace(workbook: Path, annotate: Annotate, change: Any) -> None:
    path, is_original = annotated(workbook, annotate, change)
    assert is_original
    assert traces(path) == []
    sheet = load_workbook(path)["Cas d'usage"]
    assert sheet["C3"].value == "Écrire à [adresse électronique masquée] ou appeler le [numéro de téléphone masqué]"
    assert sheet["C3"].hyperlink is None
    assert sheet["C3"].comment.text.startswith("CARTOGRAPHIE – À vérifier (W05")
    assert sheet["C4"].value == "rien de personnel"


def in_a_formula(book: Workbook) -> None:
    book["Cas d'usage"]["C4"] = f'="Appeler le "&"{PHONE}"'


def in_a_sheet_name(book: Workbook) -> None:
    book.create_sheet(PHONE)["A1"] = 1


def in_a_page_heading(book: Workbook) -> None:
    book["Objectifs"].oddHeader.left.text = MAIL


@pytest.mark.parametrize("change", [in_a_formula, in_a_sheet_name, in_a_page_heading], ids=lambda f: f.__name__)
def test_where_it_cannot_be_taken_away_a_copy_is_sent(workbook: Path, annotate: Annotate, change: Any) -> None:
    path, is_original = annotated(workbook, annotate, change)
    assert not is_original
    assert traces(path) == []
    assert "masqué" in load_workbook(path)["Cas d'usage"]["C3"].value


def test_shared_strings_keep_no_trace_used_or_not(tmp_path: Path, referential: Referential, annotate: Annotate) -> None:
    rows = faulty()
    rows["cas_usage"][0]["besoin"] = rows["cas_usage"][1]["besoin"] = f"Écrire à {MAIL}"
    source = write_template(tmp_path / "chaînes.xlsx", referential, rows)
    with zipfile.ZipFile(source) as archive:
        strings = archive.read("xl/sharedStrings.xml")
    unused = f"<si><r><t>{MAIL[:9]}</t></r><r><t>{MAIL[9:]}</t></r></si><si><t>06.12.34.56.78</t></si></sst>".encode()
    explained = strings.replace(b"Lisez-moi", f"Lisez-moi ({PHONE})".encode(), 1)
    source = with_part(source, {"xl/sharedStrings.xml": explained.replace(b"</sst>", unused)})
    path, answer = annotate(source)
    assert answer.is_original
    assert traces(path) == []
    sheet = load_workbook(path)["Cas d'usage"]
    assert sheet["C3"].value == sheet["C4"].value == "Écrire à [adresse électronique masquée]"
    assert sheet["B3"].value == rows["cas_usage"][0]["nom"]
