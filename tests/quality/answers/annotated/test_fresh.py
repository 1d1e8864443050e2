"""xls, ods, xlsb and CSV: a copy of the values where they stood, annotated."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from quality.answers.annotated.notes import HEADING
from quality.answers.annotated.values import values
from sources.workbook.reading import read_workbook
from sources.workbook.template.template_sheets import UNREAD_SHEETS
from tests import needs
from tests.quality.answers.annotated.conftest import Annotate
from tests.quality.answers.annotated.test_patched import MARKED, marks

OFFICE = shutil.which("soffice")


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The faulty workbook as LibreOffice saves it in other formats."""
    from sources.referential.loader import load_referential
    from sources.workbook.template.template import write_template
    from tests.quality.answers.annotated.conftest import faulty

    folder = tmp_path_factory.mktemp("formats")
    source = write_template(folder / "envoi.xlsx", load_referential(), faulty())
    for kind in ("xls", "ods"):
        subprocess.run(
            [str(OFFICE), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind,
             "--outdir", str(folder), str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    return {kind: folder / f"envoi.{kind}" for kind in ("xls", "ods")}


def filled(rows: list[list[str]]) -> dict[tuple[int, int], str]:
    return {(r, c): text for r, row in enumerate(rows) for c, text in enumerate(row) if text.strip()}


@needs.libreoffice
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_are_answered_with_their_values_in_place(
    converted: dict[str, Path], annotate: Annotate, kind: str
) -> None:
    path, answer = annotate(converted[kind])
    assert not answer.is_original
    assert "copie" in answer.how
    assert marks(path).keys() >= MARKED
    read = read_workbook(converted[kind].read_bytes())
    before = {sheet.name: sheet.rows for sheet in read if sheet.name not in UNREAD_SHEETS}
    after = {sheet.name: sheet.rows for sheet in read_workbook(path.read_bytes())}
    for name, rows in before.items():
        filled = {(r, c): text for r, row in enumerate(rows) for c, text in enumerate(row) if text.strip()}
        found = {
            (r, c): text for r, row in enumerate(after.get(name, [])) for c, text in enumerate(row) if text.strip()
        }
        assert found == filled, name


def test_a_csv_is_answered_with_its_cells_as_text(tmp_path: Path, annotate: Annotate) -> None:
    source = tmp_path / "evaluations.csv"
    source.write_text(
        "organisation;campagne;evaluateur;role;cas_usage;IMP_1_1;commentaire\n"
        "690781810;Campagne 2026;MED-01;Médecin;CAT-001;Énorme;=1+1\n"
        "690781810;Campagne 2026;MED-02;Médecin;CAT-002;Fort;007\n",
        encoding="utf-8",
    )
    path, answer = annotate(source)
    assert not answer.is_original
    book = load_workbook(path)
    sheet = book["Fichier CSV"]
    assert (sheet["G2"].value, sheet["G2"].data_type) == ("=1+1", "s")
    assert sheet["G3"].value == "007"
    assert sheet["F2"].comment.text.startswith(HEADING)
    links = [cell.hyperlink.location for row in book["Réponse"].iter_rows() for cell in row if cell.hyperlink]
    assert "'Fichier CSV'!F2" in links


@needs.libreoffice
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_percentage_of_another_format_is_one_in_the_copy(tmp_path: Path, annotate: Annotate, kind: str) -> None:
    """Corrected and sent back, the copy says what the file said: « 40 % » is not 0,4."""
    book = Workbook()
    book.active.title = "Objectifs"
    book.active.append(["Cas d'usage", "Indicateur", "Valeur initiale", "Valeur cible", "Valeur observée"])
    book.active.append(["CAT-001", "Courriers triés", 0.4, 0.855, 0.07])
    for cell in book.active[2][2:]:
        cell.number_format = "0%"
    book.save(tmp_path / "objectifs.xlsx")
    command = [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "objectifs.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    [before] = read_workbook((tmp_path / f"objectifs.{kind}").read_bytes())
    path, _ = annotate(tmp_path / f"objectifs.{kind}")
    [after] = read_workbook(path.read_bytes())
    assert (after.rows, after.percentages) == (before.rows, before.percentages)
    assert after.rows[1][2:] == ["40 %", "85.5 %", "7 %"]


def test_a_sheet_that_bears_the_name_of_the_answer_is_copied() -> None:
    shown = values(by_sheet("Réponse"))
    assert list(shown) == ["Réponse"]


def by_sheet(name: str) -> bytes:
    book = Workbook()
    book.active.title = name
    book.active.append(["evaluateur", "role"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
