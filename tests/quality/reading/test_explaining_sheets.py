"""What is typed in the template's own explanations is told; what the template wrote there is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from quality.batch.check import check_file
from quality.reading.explaining_sheets import said_of_explaining
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.template.grid_template import write_grid_workbook
from sources.workbook.template.template import write_template
from tests.corpus.accounting import unaccounted
from tests.corpus.make import BASE, workbook
from tests.quality.conftest import submission


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> list[RawSheet]:
    path = write_template(tmp_path_factory.mktemp("t") / "modele.xlsx", load_referential())
    return read_workbook(Path(path).read_bytes())


def with_cell(sheets: list[RawSheet], name: str, row: int, column: int, text: str) -> list[RawSheet]:
    changed = []
    for sheet in sheets:
        rows = [list(cells) for cells in sheet.rows]
        if sheet.name == name:
            rows += [[] for _ in range(row + 1 - len(rows))]
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = text
        changed.append(replace(sheet, rows=rows))
    return changed


def test_the_template_untouched_is_silent(sheets: list[RawSheet], referential: Referential) -> None:
    assert said_of_explaining(sheets, referential) == []


@pytest.mark.parametrize(
    ("name", "row", "column", "cell"),
    [("Lisez-moi", 40, 0, "A41"), ("Catalogue", 2, 6, "G3"), ("Catalogue", 2, 2, "C3"), ("Critères", 60, 1, "B61")],
)
def test_a_cell_typed_there_is_named(
    name: str, row: int, column: int, cell: str, sheets: list[RawSheet], referential: Referential
) -> None:
    [problem] = said_of_explaining(with_cell(sheets, name, row, column, "Notre avis : Fort"), referential)
    assert (problem.rule_code, problem.sheet, problem.found) == ("I0425", name, cell)


@pytest.mark.parametrize(
    ("name", "row", "column", "text", "cell"),
    [
        ("Catalogue", 2, 6, "CAT-006", "G3"),  # beside the list: this one is ours
        ("Catalogue", 40, 0, "CAT-006", "A41"),  # below it
        ("Catalogue", 3, 1, "Détection de lésions sur images radiologiques", "B4"),  # over another
        ("Critères", 4, 8, "Fort / Moyen / Faible", "I5"),
    ],
)
def test_the_templates_own_words_typed_elsewhere_are_named(
    name: str, row: int, column: int, text: str, cell: str, sheets: list[RawSheet], referential: Referential
) -> None:
    """Taken for the template's, they said nothing to who pointed at a use case with them."""
    [problem] = said_of_explaining(with_cell(sheets, name, row, column, text), referential)
    assert (problem.rule_code, problem.found) == ("I0425", cell)


def test_a_list_that_was_sorted_is_silent(sheets: list[RawSheet], referential: Referential) -> None:
    turned = [
        replace(sheet, rows=[sheet.rows[0], *reversed(sheet.rows[1:])]) if sheet.name == "Catalogue" else sheet
        for sheet in sheets
    ]
    assert said_of_explaining(turned, referential) == []


def test_the_words_of_another_referential_are_its_own(sheets: list[RawSheet], referential: Referential) -> None:
    older = with_cell(sheets, "_modele", 1, 1, "0" * 64)
    assert said_of_explaining(with_cell(older, "Catalogue", 2, 1, "Un autre nom"), referential) == []
    [problem] = said_of_explaining(with_cell(older, "Catalogue", 2, 6, "Fort"), referential)
    assert problem.found == "G3"


def test_a_sheet_of_somebody_s_own_under_such_a_name_is_told_as_ignored(referential: Referential) -> None:
    own = RawSheet("Catalogue", [["Nos outils", "Prix"], ["Trieur", "12"]])
    [problem] = said_of_explaining([own], referential)
    assert (problem.rule_code, problem.found) == ("I0403", "2 lignes")


def answered(tmp_path: Path) -> Path:
    """The annotated workbook of a sending with a mistake."""
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Très fort"
    path = write_grid_workbook(tmp_path / "envoi.xlsx", load_referential(), rows)
    found = check_file(path, load_referential()).workbook
    assert found is not None
    path.write_bytes(found.content)
    return path


def told_of(path: Path, sheet: str) -> list[tuple[str, str | None]]:
    problems = check_file(path, load_referential()).verdict.problems
    return [(one.rule_code, one.found) for one in problems if one.sheet == sheet]


@pytest.mark.parametrize(
    ("sheet", "cell", "said"),
    [
        ("Réponse", None, None),
        ("Réponse", "K3", "K3"),
        ("Réponse", "A60", "A60"),
        ("Réponse", "D13", "D13"),
        ("Avancement", None, None),
        ("Avancement", "F3", "F3"),
        ("Avancement", "B90", "B90"),
    ],
)
def test_what_is_written_in_our_answer_or_beside_the_count_is_told(
    tmp_path: Path, sheet: str, cell: str | None, said: str | None
) -> None:
    path = answered(tmp_path)
    book = openpyxl.load_workbook(path)
    if cell:
        book[sheet][cell] = "Corrigé : Fort"
    book.save(path)
    told = told_of(path, sheet)
    if said is None:
        assert told == []
    else:
        [(rule, found)] = told
        assert rule == "I0425" and found is not None and said in found.split(", ")


@pytest.mark.parametrize("name", ["Réponse", "reponse", "Avancement", "AVANCEMENT"])
def test_a_sheet_of_answers_that_bears_the_name_of_one_of_ours_is_read(tmp_path: Path, name: str) -> None:
    path = write_template(tmp_path / "envoi.xlsx", load_referential(), submission())
    book = openpyxl.load_workbook(path)
    book["Évaluations"].title = name
    book.save(path)
    check = check_file(path, load_referential())
    assert ("I0404", name) in told_of(path, name)
    assert {count.sheet: count.taken for count in check.verdict.counts}[name] == 2


_ANSWERED = ["MED-05", "Médecin", "CAT-003", "2026-03-15", "Fort", "#N/A"]


@pytest.mark.parametrize(
    "name", ["_listes", "_modele", "Listes", "Modèle", "modele", "Catalogue", "Lisez-moi", "Avancement", "Réponse"]
)
@pytest.mark.parametrize("rows", [[BASE["Évaluations"][0], _ANSWERED], [["Notes"], ["à voir", "avec MED-05"]]])
def test_a_sheet_of_ones_own_under_one_of_these_names_is_read_or_told(
    name: str, rows: list[list[str]], referential: Referential
) -> None:
    read = read_workbook(workbook(BASE | {name: rows}))
    own = next(sheet for sheet in read if sheet.name == name)
    assert not own.rows[1][4:] or (own.rows[1][4], *own.errors.values()) in (("Fort", "#N/A"), ("Fort",))
    assert not unaccounted(read, referential)


def test_an_error_in_a_sheet_called_as_our_lists_is_no_blank(referential: Referential, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(BASE | {"_listes": [BASE["Évaluations"][0], _ANSWERED]}))
    told = [(one.rule_code, one.sheet, one.cell) for one in check_file(path, referential).verdict.problems]
    assert ("E0207", "_listes", "F2") in told
