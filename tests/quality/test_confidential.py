"""A word planted in each confidential text of one hospital, looked for in what the intake gives back to another.

Answers, suggestions, the prefilled template: whatever the other writes near it. The coordinators' workbook of possible
duplicates has it, and marks it. What the pages and the open data show is tried in ``tests/dbt_project``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl

from quality.answers.prefill import prefilled_rows
from quality.batch.batch import process
from quality.batch.check import check_file
from quality.duplicates.workbook import export_pairs
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import GRENOBLE, LYON, submission

WORD = "Zibeline"
OWN = f"{LYON}-7"


def secret() -> dict[str, list[dict[str, object]]]:
    rows = submission(
        solutions=[{"solution": "SOL-7", "nom": f"{WORD} solution", "fournisseur": f"{WORD} fournisseur"}]
    )
    rows["cas_usage"].append(
        {"cas_usage": OWN, "nom": f"{WORD} des brancardiers", "besoin": f"{WORD} besoin", "confidentiel": "oui"}
    )
    rows["objectifs"] = [{"cas_usage": OWN, "indicateur": f"{WORD} indicateur", "initial": WORD, "cible": WORD}]
    rows["projets"] = [{"cas_usage": OWN, "solution": "SOL-7", "sites": f"{WORD} site", "suivi": f"{WORD} suivi"}]
    rows["evaluations"].append(
        {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": OWN, "IMP_1_1": "Fort", "commentaire": f"{WORD} avis"}
    )
    return rows


def prying(organisation: str = GRENOBLE) -> dict[str, list[dict[str, object]]]:
    """Names, codes and answers a letter away from the hidden ones, so that a suggestion would give them."""
    rows = submission(organisation)
    rows["cas_usage"].append({"cas_usage": OWN, "nom": "Zibelin des brancardiers", "besoin": "Zibelin besoin"})
    rows["cas_usage"].append({"cas_usage": f"{organisation}-8", "nom": "Zibelin des brancardiers"})
    for code in (OWN, f"{LYON}-6", "Zibelin des brancardiers"):
        rows["evaluations"].append({"evaluateur": "MED-02", "role": "Médecin", "cas_usage": code, "IMP_1_1": "Fort"})
    rows["projets"] = [{"cas_usage": OWN, "solution": "SOL-6"}, {"cas_usage": OWN, "solution": "SOL-7"}]
    return rows


def test_nothing_of_it_comes_back_to_another(
    home: Home, referential: Referential, drop: Callable[..., Path], tmp_path: Path
) -> None:
    drop(secret())
    drop(prying(), folder=GRENOBLE)
    archive.receive(home)
    process(home, referential)
    answers = [path for path in (home.receipts / GRENOBLE).rglob("*") if path.is_file()]
    assert len(answers) >= 3, "a page, a workbook, a text for machines"
    assert not [path.name for path in answers if WORD in everything_in(path)]
    assert WORD not in str(prefilled_rows(home.lake, referential, GRENOBLE, "2026-1", set()))
    template = write_template(
        tmp_path / "gabarit.xlsx", referential, prefilled_rows(home.lake, referential, GRENOBLE, "2026-1", set())
    )
    assert WORD not in everything_in(template)
    assert WORD not in check_file(drop(prying(), "essai.xlsx", GRENOBLE), referential).as_text()
    own = [path for path in (home.receipts / LYON).rglob("*") if path.is_file()]
    assert own, "the words would be found where they may be"
    assert WORD in str(prefilled_rows(home.lake, referential, LYON, "2026-1", set()))


def test_the_coordinators_workbook_of_duplicates_marks_it(
    home: Home, referential: Referential, drop: Callable[..., Path], tmp_path: Path
) -> None:
    drop(secret())
    rows = submission(GRENOBLE)
    rows["cas_usage"].append({"cas_usage": f"{GRENOBLE}-8", "nom": f"{WORD} des brancardiers", "besoin": "Autre"})
    drop(rows, folder=GRENOBLE)
    archive.receive(home)
    process(home, referential)
    export_pairs(tmp_path / "doublons.xlsx", home, referential)
    lines = [
        " ".join(map(str, row))
        for sheet in openpyxl.load_workbook(tmp_path / "doublons.xlsx").worksheets
        for row in sheet.iter_rows(values_only=True)
    ]
    about = [line for line in lines if OWN in line]
    assert about and all("confidentiel" in line for line in about)


def everything_in(path: Path) -> str:
    """All text of a file; of a workbook, every cell."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8", errors="replace")
    book = openpyxl.load_workbook(path)
    return "\n".join(
        f"{cell.value} {cell.comment.text if cell.comment else ''}"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )
