"""The annotated copy opens in Excel: no part of it has a fault against the standard that the received part had not."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from quality.answers.annotated import annotated_workbook
from quality.batch.check import check_file
from sources.referential.loader import Referential
from tests.corpus.make import FILES
from tests.quality.answers.annotated.conftest import Annotate
from tests.quality.answers.annotated.standard import faults

CASES = Path(__file__).parents[5] / "shared" / "cases"
KINDS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
RECEIVED = [path for folder in (FILES, CASES) for path in sorted(folder.glob("*")) if path.suffix in KINDS]


@pytest.mark.parametrize("path", RECEIVED, ids=lambda path: path.name)
def test_no_part_is_worse_than_it_was(path: Path, referential: Referential) -> None:
    content = path.read_bytes()
    answered = annotated_workbook(path, check_file(path, referential).answer)
    if answered is None:
        return
    before = faults(content) if answered.is_original else {}
    new = {fault for fault in faults(answered.content) if fault not in before}
    assert not new


SAVED_AGAIN = [path for path in RECEIVED if path.suffix in (".xlsx", ".xlsm") and path.read_bytes()[:2] == b"PK"]


@pytest.mark.parametrize("path", SAVED_AGAIN, ids=lambda path: path.name)
def test_nor_in_a_workbook_that_openpyxl_saved(path: Path, referential: Referential, tmp_path: Path) -> None:
    try:
        book = load_workbook(path)
    except Exception:  # What openpyxl cannot open, nobody saved with it.
        return
    for sheet in book.worksheets:
        sheet["B3"].comment = Comment("une note à moi", "moi")
    saved = tmp_path / f"enregistré-{path.stem}.xlsx"
    book.save(saved)
    answered = annotated_workbook(saved, check_file(saved, referential).answer)
    if answered is None:
        return
    before = faults(saved.read_bytes()) if answered.is_original else {}
    assert not {fault for fault in faults(answered.content) if fault not in before}


def test_the_copy_of_a_workbook_with_mistakes_has_no_fault(workbook: Path, annotate: Annotate) -> None:
    path, found = annotate(workbook)
    assert found.is_original
    assert not faults(path.read_bytes())
