"""A refused file says why in its summary, wherever the reason stands; the same in the page, the JSON and the sheet."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from quality.batch.check import FileCheck, check_file
from sources.referential.loader import Referential
from tests.corpus.make import BASE, CSV_ROWS, FILES, Tables, put, tables, text, workbook

_ENVELOPE = "à cause de la feuille « Établissement »"
CASES: list[tuple[str, Tables, str]] = [
    ("one cell", tables(et=put(1, 0, "999999999")), f"{_ENVELOPE} (cellule A2) : l'organisation n'est pas connue."),
    (
        "two cells",
        tables(et=lambda rows: rows.__setitem__(1, ["999999999", "Jamais"])),
        f"{_ENVELOPE} (cellules A2 et B2) : il y a des erreurs. Corrigez d'abord cela",
    ),
    (
        "no campaign",
        tables(et=lambda rows: [row.pop() for row in rows]),
        f"{_ENVELOPE} : la colonne « Campagne » manque.",
    ),
    (
        "two rows",
        tables(et=lambda rows: rows.append(list(rows[1]))),
        ": la feuille « Établissement » doit contenir une seule ligne remplie.",
    ),
    (
        "another sheet",
        tables(ev=put(0, 1, "Métier")),
        "à cause de la feuille « Évaluations » : la colonne « Rôle » manque.",
    ),
    (
        "nothing right",
        {"Établissement": BASE["Établissement"], "Évaluations": [BASE["Évaluations"][0], ["Dr Dupont"]]},
        ": chaque ligne du classeur contient une erreur.",
    ),
]


def checked(content: bytes, referential: Referential, folder: Path, name: str = "envoi.xlsx") -> FileCheck:
    path = folder / name
    path.write_bytes(content)
    return check_file(path, referential)


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_summary_says_why(content: Tables, said: str, referential: Referential, tmp_path: Path) -> None:
    check = checked(workbook(content), referential, tmp_path)
    assert check.verdict.code == "refusee"
    assert check.answer.summary.startswith("Rien n'a été pris de ce fichier")
    assert said in check.answer.summary
    assert check.answer.summary.endswith("L'envoi précédent, s'il existe, reste en place.")


def test_of_a_csv_it_names_the_columns(referential: Referential, tmp_path: Path) -> None:
    rows = [CSV_ROWS[0], [*CSV_ROWS[1][:5], "999999999", "Campagne 2026"]]
    check = checked(text(rows, ";", "utf-8"), referential, tmp_path, "envoi.csv")
    assert "à cause de ses colonnes d'établissement et de campagne (cellule F2)" in check.answer.summary


def test_an_unreadable_file_says_what_it_is(referential: Referential) -> None:
    check = check_file(FILES / "abime-mot-de-passe.xlsx", referential)
    assert check.answer.summary.startswith(
        "Rien n'a été pris de ce fichier : le classeur est protégé par un mot de passe."
    )


def test_all_answers_say_it(referential: Referential, tmp_path: Path) -> None:
    check = checked(workbook(tables(et=put(1, 0, "999999999"))), referential, tmp_path)
    said = check.answer.summary
    assert said in check.as_text()
    assert json.loads(check.as_json())["summary"] == said
    assert "(cellule A2)" in check.as_html()
    assert check.workbook is not None
    sheet = openpyxl.load_workbook(BytesIO(check.workbook.content)).worksheets[0]
    assert any(said in str(cell.value) for row in sheet.iter_rows() for cell in row)
