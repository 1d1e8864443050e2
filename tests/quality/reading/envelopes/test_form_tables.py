"""A table with our headings is read like a CSV, whatever wrote it: Google Forms, Grist, a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from quality.batch import batch
from quality.batch.check import check_file
from quality.verdicts.verdicts import TAKEN, FileVerdict
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from tests.sources.forms.exports_by_hand import LYON, Table, as_xlsx

GOOGLE = ("Horodateur", "Adresse e-mail", "Numéro FINESS de votre établissement", "Campagne", "Votre code d'évaluateur",
          "Votre rôle", "Date de l'évaluation", "Cas d'usage", "Impact [Amélioration du parcours patient]",
          "Fonctions IA")  # fmt: skip
GRIST = ("N° FINESS juridique ou code", "Campagne", "Code de l'évaluateur", "Rôle", "Cas d'usage",
         "Date de l'évaluation", "Amélioration du parcours patient", "Sécurité du patient")  # fmt: skip


def google(*answers: str) -> list[tuple[Any, ...]]:
    rows = [
        ("02/11/2026 09:00:0" + str(n), "marie.martin@chu-lyon.fr", LYON, "Campagne 2026", f"MED-0{n}", "Médecin",
         "02/11/2026", f"CAT-00{n}", answer, "Descriptive, Prédictive")
        for n, answer in enumerate(answers, start=1)
    ]  # fmt: skip
    return [GOOGLE, *rows]


def grist(*answers: str) -> list[tuple[Any, ...]]:
    rows = [
        (LYON, "2026-1", f"MED-0{n}", "medecin", "CAT-001", "2026-11-02", answer, "Moyen")
        for n, answer in enumerate(answers, start=1)
    ]
    return [GRIST, *rows]


def as_text(rows: Table, separator: str) -> bytes:
    stream = StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue().encode()


def checked(content: bytes, name: str, referential: Referential, tmp_path: Path) -> FileVerdict:
    path = tmp_path / name
    path.write_bytes(content)
    return check_file(path, referential).verdict


@pytest.mark.parametrize("rows", [google("Fort", "Faible"), grist("Fort", "Faible")], ids=["google", "grist"])
def test_the_same_table_gives_the_same_in_every_format(rows: Table, referential: Referential, tmp_path: Path) -> None:
    contents = {"a.xlsx": as_xlsx({"Réponses 1": rows}), "b.csv": as_text(rows, ","), "c.csv": as_text(rows, ";")}
    verdicts = [checked(content, name, referential, tmp_path) for name, content in contents.items()]
    assert {verdict.code for verdict in verdicts} == {TAKEN}
    counts = [[(c.read, c.taken, c.rejected) for c in verdict.counts] for verdict in verdicts]
    assert counts[0] == counts[1] == counts[2]
    assert (2, 2, 0) in counts[0]


def test_google_forms_counts_and_who_answers_is_never_read(home: Home, referential: Referential) -> None:
    folder = home.intake / LYON
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reponses.xlsx").write_bytes(as_xlsx({"Réponses au formulaire 1": google("Fort", "Faible")}))
    archive.receive(home)
    batch.process(home, referential)
    read = lake.read(home.lake, "answers").filter(pl.col("level_code").is_not_null())
    answers = read.select("question_code", "level_code").rows()
    assert sorted(answers) == [("IMP_1_1", "FAIBLE"), ("IMP_1_1", "FORT")]
    said = set(lake.read(home.lake, "problems")["rule_code"].to_list())
    assert {"I0402", "I0610", "I0611"} <= said, "functions alone describe no use case: the column is told"
    assert "E0101" not in said


def test_an_empty_unticked_row_and_a_wrong_answer_are_told_at_their_cell(
    referential: Referential, tmp_path: Path
) -> None:
    verdict = checked(as_xlsx({"Table1": grist("Fort", "Très fort")}), "g.xlsx", referential, tmp_path)
    [problem] = [problem for problem in verdict.problems if problem.rule.severity == "erreur"]
    assert (problem.rule_code, problem.sheet, problem.cell) == ("E0202", "Table1", "G3")


def test_a_table_that_does_not_say_who_sends_it_is_refused_as_before(referential: Referential, tmp_path: Path) -> None:
    rows = [row[2:] for row in grist("Fort")]
    verdict = checked(as_xlsx({"Table1": rows}), "g.xlsx", referential, tmp_path)
    assert "E0101" in {problem.rule_code for problem in verdict.problems}


def test_a_second_sheet_of_responses_is_not_read_and_is_asked_for(referential: Referential, tmp_path: Path) -> None:
    sheets = {"Réponses au formulaire 1": google("Fort"), "Réponses au formulaire 2": google("Moyen", "Faible")}
    told = checked(as_xlsx(sheets), "a.xlsx", referential, tmp_path).problems
    assert [(one.sheet, one.found) for one in told if one.rule_code == "W0321"] == [
        ("Réponses au formulaire 2", "3 lignes")
    ]
