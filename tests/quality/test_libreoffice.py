"""A template filled in the real LibreOffice gives the same facts in whatever format it is stored."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from quality.batch import batch
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.template.layout import workbook_layout
from sources.workbook.template.template import write_template
from sources.workbook.xlsx.cell_errors import column_letters
from tests import needs
from tests.quality.conftest import LYON

_ROW = 4  # below the headings, their codes and the example
_FACTS = ("use_cases", "assessments", "answers")

pytestmark = needs.libreoffice_bridge

TYPED = {
    "etablissement": {"organisation": LYON, "campagne": "Campagne 2026", "dossier": "essai", "date": "15/03/2026"},
    "cas_usage": {"cas_usage": f"{LYON}-1", "nom": "Tri des courriers", "minutes_jour": "12,5", "personnes": "40"},
    "evaluations": {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort"},
}


@pytest.fixture(scope="module")
def stored(referential: Referential, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("libreoffice")
    layout = {sheet.code: sheet for sheet in workbook_layout(referential)}
    cells = {
        layout[sheet].label: {
            f"{column_letters([column.code for column in layout[sheet].columns].index(code))}{_ROW}": text
            for code, text in row.items()
        }
        for sheet, row in TYPED.items()
    }
    (folder / "cells.json").write_text(json.dumps(cells))
    template = write_template(folder / "modele.xlsx", referential)
    script = Path(__file__).with_name("fill_in_libreoffice.py")
    subprocess.run([needs.SYSTEM_PYTHON, script, template, folder / "cells.json", folder], check=True, timeout=120)
    return folder


def facts(home: Home, referential: Referential, files: list[Path]) -> dict[str, list[dict[str, object]]]:
    """What the lake holds once the files are taken, where it stood apart."""
    intake = home.intake / LYON
    intake.mkdir(parents=True)
    if len(files) == 1:
        shutil.copy(files[0], intake)
    else:
        folder = intake.parent.parent / "csv"
        folder.mkdir()
        for path in files:
            shutil.copy(path, folder / path.name.removeprefix("feuilles-"))
        shutil.make_archive(str(intake / "csv"), "zip", folder)
    archive.receive(home)
    batch.process(home, referential)
    where = ("reception_number", "sheet", "row_number", "cell")
    return {
        table: rows.drop(where, strict=False).sort(pl.all()).to_dicts()
        for table in _FACTS
        for rows in [lake.read(home.lake, table)]
    }


def test_every_format_gives_the_same_facts(stored: Path, referential: Referential, tmp_path: Path) -> None:
    read = {
        suffix: facts(Home(tmp_path / suffix), referential, [stored / f"rempli.{suffix}"])
        for suffix in ("xlsx", "xls", "ods")
    }
    read["csv"] = facts(Home(tmp_path / "csv"), referential, sorted(stored.glob("feuilles-*.csv")))
    assert [len(read["xlsx"][table]) for table in _FACTS] == [1, 1, 30]
    for suffix, found in read.items():
        assert found == read["xlsx"], suffix
