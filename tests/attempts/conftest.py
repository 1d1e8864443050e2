"""What the attempts share: an empty home with two establishments, workbooks dropped in it, one pass of the intake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quality.batch.batch import BatchReport, process
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import GRENOBLE, LYON, Rows


@pytest.fixture(scope="session")
def referential() -> Referential:
    return load_referential()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    for code in (LYON, GRENOBLE):
        (home.intake / code).mkdir(parents=True)
        (home.receipts / code).mkdir(parents=True)
    return home


@pytest.fixture
def drop(home: Home, referential: Referential) -> Callable[..., Path]:
    """Write a workbook into an intake folder, as an establishment would drop it."""

    def drop_one(rows: Rows, name: str = "envoi.xlsx", folder: str = LYON) -> Path:
        return write_template(home.intake / folder / name, referential, rows)

    return drop_one


@pytest.fixture
def take(home: Home, referential: Referential) -> Callable[[], BatchReport]:
    """One pass of the intake: all that lies there is received, judged, answered."""

    def take_all() -> BatchReport:
        archive.receive(home)
        return process(home, referential)

    return take_all
