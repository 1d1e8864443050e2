"""A use case that an establishment keeps to the GCS, sent with a mark in each text: where the mark leaves the house.

After a whole pass over the demonstration: the prefilled workbooks of everybody, others' answers, open data, dictionary,
what the report says of it. Belongs here: files that leave, their names and their inner parts. Does not: marts
(``tests/dbt_project/test_confidential.py``).
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import polars as pl
import pypdfium2
import pytest

from sources.home.home import Home
from sources.referential.loader import load_referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import GRENOBLE, LYON, Rows, submission

MARK = "Zyxomarque"
CAMPAIGN = "DEMO-2026"
CODE = f"{LYON}-77"
BESIDE = {"campagne": CAMPAIGN, "dossier": "marque"}
"""Beside what each sent for the demonstration, which stays."""


@pytest.fixture(scope="module")
def home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demonstration, one more file of Lyon's, and one of Grenoble's that names its code as if it knew it."""
    home = Home(tmp_path_factory.mktemp("marker") / "home")
    subprocess.run(["cp", "-a", str(demo_home.root), str(home.root)], check=True)
    return marked(home)


def marked(home: Home) -> Home:
    for folder, rows in ((LYON, of_lyon()), (GRENOBLE, of_grenoble())):
        write_template(home.intake / folder / "marque.xlsx", load_referential(), rows)
    run(home, "run")
    run(home, "template", "--all", "--campaign", CAMPAIGN)
    return home


def of_lyon() -> Rows:
    told = submission(LYON, CAMPAIGN, etablissement=[{**BESIDE, "organisation": LYON}])
    told["cas_usage"].append(
        {
            "cas_usage": CODE,
            "nom": f"{MARK} nom",
            "besoin": f"{MARK} besoin",
            "confidentiel": "oui",
            "fonctions": "Générative",
        }
    )
    told["evaluations"].append(
        {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": CODE, "IMP_1_1": "Fort", "EFF_1_1": "Faible",
         "commentaire": f"{MARK} commentaire"}
    )  # fmt: skip
    return told


def of_grenoble() -> Rows:
    told = submission(GRENOBLE, CAMPAIGN, etablissement=[{**BESIDE, "organisation": GRENOBLE}])
    told["evaluations"].append({"evaluateur": "MED-09", "role": "Médecin", "cas_usage": CODE, "IMP_1_1": "Fort"})
    return told


def run(home: Home, *arguments: str) -> None:
    command = [sys.executable, "-m", "pipelines.cli", *arguments, "--home", str(home.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def parts(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file below by name, and each part of an archive: what it says, and what it is called."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = str(path.relative_to(folder))
        yield f"name of {name}", name
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for inner in archive.namelist():
                    yield f"{name}: {inner}", archive.read(inner).decode("utf-8", errors="ignore")
        elif path.suffix == ".parquet":
            yield name, str(pl.read_parquet(path).to_dicts())
        else:
            yield name, path.read_bytes().decode("utf-8", errors="ignore")


def holding(folder: Path, *words: str) -> set[str]:
    return {name for name, said in parts(folder) if any(word in html.unescape(said) for word in words)}


def test_the_mark_came_in(home: Home) -> None:
    """Else nothing below would mean anything."""
    assert holding(home.receipts / LYON, MARK) and holding(home.lake, MARK)


def test_no_other_establishment_is_given_the_mark(home: Home) -> None:
    """By the workbook that is prefilled for each, by its answers, by the list of them."""
    others = [path for path in home.receipts.iterdir() if path.is_dir() and path.name != LYON]
    assert len(others) > 5 and any(list(path.glob("*.xlsx")) for path in others)
    for path in others:
        assert not holding(path, MARK), path.name


def test_the_public_is_given_neither_the_mark_nor_the_code(home: Home) -> None:
    exports = home.root / "exports" / "current"
    assert len(list((exports / "donnees-ouvertes").iterdir())) > 10
    assert not holding(exports / "donnees-ouvertes", MARK, CODE)
    assert not {name for name in holding(exports, MARK) if name.startswith(("dictionnaire", "export.json"))}


def test_the_committees_papers_say_that_it_is_confidential(home: Home) -> None:
    """Wherever it is named, on the report's first sheet too: papers are passed on."""
    exports = home.root / "exports" / "current"
    cells = (
        str(cell)
        for sheet in openpyxl.load_workbook(exports / "comite.xlsx", read_only=True)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )
    printed = pypdfium2.PdfDocument(exports / "rapport.pdf")
    papers = {
        "report": html.unescape((exports / "rapport.html").read_text(encoding="utf-8")),
        "committee's workbook": "\n".join(cells),
        "printed report": " ".join(" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in printed),
    }
    for name, said in papers.items():
        assert f"{MARK} nom" in said, name
        for found in re.finditer(f"{MARK} nom", said):
            around = said[found.start() - 200 : found.end() + 60]
            assert "confidentiel" in said[found.end() : found.end() + 40], (name, around)
        assert f"{MARK} commentaire" not in said, name
    assert f"{MARK} besoin" not in papers["report"] + papers["printed report"]


def test_nothing_beside_the_layers_holds_the_mark(home: Home) -> None:
    """Alerts, runs, logs, settings: what is written beside is read by who may not read answers."""
    inside = {"archive", "lake", "warehouse", "published", "intake", "receipts", "exports", "analysis"}
    for path in home.root.iterdir():
        if path.name not in inside:
            found = holding(path, MARK) if path.is_dir() else MARK in path.read_bytes().decode(errors="ignore")
            assert not found, (path.name, found)
