"""What the tests of the annotated workbook share: a submission with three mistakes, and the answer to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quality.answers.annotated import annotated_workbook
from quality.answers.answer import AnnotatedWorkbook
from quality.batch.check import check_file
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import Rows, submission

Annotate = Callable[[Path], tuple[Path, AnnotatedWorkbook]]


def faulty() -> Rows:
    """Two cells out of their lists, one date that is none."""
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Très fort"
    rows["evaluations"][1]["date"] = "demain"
    rows["cas_usage"][1]["axe"] = "=Astrologie"
    return rows


@pytest.fixture
def workbook(tmp_path: Path, referential: Referential) -> Path:
    return write_template(tmp_path / "envoi.xlsx", referential, faulty())


@pytest.fixture
def annotate(tmp_path: Path, referential: Referential) -> Annotate:
    """The annotated workbook that answers a file, written beside it."""

    def answered(path: Path) -> tuple[Path, AnnotatedWorkbook]:
        found = annotated_workbook(path, check_file(path, referential).answer)
        assert found is not None
        target = tmp_path / f"réponse à {path.name}.xlsx"
        target.write_bytes(found.content)
        return target, found

    return answered
