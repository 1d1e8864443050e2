"""A workbook of rows and a grid of the same answers give the same facts, and say the same in their own places."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from quality.batch.check import check_file
from quality.reading.sheets.structure import find_structure
from quality.reading.tables import LINEAGE
from quality.rules.rules import Problem
from quality.verdicts.lake_rows import lake_rows
from quality.verdicts.validation import validate
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.grid import GRID_SHEET, UNREAD
from sources.workbook.template.grid_template import write_grid_workbook
from sources.workbook.template.layout import NOT_ASSESSED, question_codes, workbook_layout
from sources.workbook.template.template import GREYED, write_template
from sources.workbook.template.template_sheets import PREVIOUS
from tests.corpus.accounting import unaccounted
from tests.quality.conftest import LYON, Rows, submission

REFERENTIAL = load_referential()
OWN = f"{LYON}-1"
QUESTIONS = [workbook_layout(REFERENTIAL)[-1].column(code) for code in question_codes(REFERENTIAL)]
FAULTS = ["Fort ?", "Très fort", "=1+1", "  fort ", "FORT", NOT_ASSESSED, "(moyen)"]


@st.composite
def assessments(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of the sheet of assessments: whole or not, right or wrong, the same one twice, one of an earlier year."""
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        row: dict[str, Any] = {
            "evaluateur": draw(st.sampled_from(["MED-01", "MED-02", "IDE 3", None, "jean dupont"])),
            "role": draw(st.sampled_from(["Médecin", "medecin", "Astronaute", None])),
            "cas_usage": draw(st.sampled_from(["CAT-001", OWN, "CAT-999", None])),
            "date": draw(
                st.sampled_from([None, dt.date(2026, 3, 15), "31/02/2026", "15 mars 2026", dt.date(2031, 1, 1)])
            ),
            "commentaire": draw(st.sampled_from([None, "Gain surtout la nuit", "jean.dupont@chu.fr"])),
        }
        for column in draw(st.lists(st.sampled_from(QUESTIONS), max_size=8)):
            row[column.code] = draw(st.sampled_from([*column.choices.values(), *FAULTS]))
        if draw(st.booleans()) and draw(st.booleans()):
            row |= {"evaluateur": f"{PREVIOUS} (DEMO-2025)", GREYED: True}
        rows.append(row)
    return rows


def facts(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Table of the lake → its rows without their places, in no order."""
    found = find_structure(read_workbook(path.read_bytes()), workbook_layout(REFERENTIAL))
    batch = validate({1: found}, workbook_layout(REFERENTIAL), REFERENTIAL, {1: LYON}, {1: dt.date(2026, 11, 1)})
    tables = lake_rows(batch, workbook_layout(REFERENTIAL), REFERENTIAL, [1])
    # The text of a cell may hold the name beside the code: the value is what counts.
    left_out = [*LINEAGE, "cell"]
    cells = tables.pop("cells").filter(pl.col("column_code") != "cas_usage")
    return {
        name: sorted(table.drop(left_out, strict=False).rows(), key=str)
        for name, table in {**tables, "cells": cells}.items()
    }


def said(path: Path) -> list[tuple[str | None, ...]]:
    """What is said without its place; the name beside a code is the list's own, and named in no remark."""
    problems = check_file(path, REFERENTIAL).verdict.problems
    return sorted(
        ((p.rule_code, p.column, _bare(p.found)) for p in problems if p.rule_code not in {"I0470", "W0309"}), key=str
    )


def _bare(text: str | None) -> str | None:
    return text.rpartition(" (")[2].removesuffix(")") if text and text.endswith((f"({OWN})", "(CAT-001)")) else text


@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(assessments())
def test_both_layouts_give_the_same_facts(rows: list[dict[str, Any]]) -> None:
    both: Rows = submission(LYON, evaluations=rows)
    with tempfile.TemporaryDirectory() as folder:
        by_row = write_template(Path(folder) / "lignes.xlsx", REFERENTIAL, both)
        grid = write_grid_workbook(Path(folder) / "grille.xlsx", REFERENTIAL, both)
        assert facts(grid) == facts(by_row)
        assert said(grid) == said(by_row)


@pytest.fixture
def grid(tmp_path: Path, referential: Referential) -> Path:
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Très fort"
    rows["evaluations"][1]["date"] = "31/02/2026"
    return write_grid_workbook(tmp_path / "grille.xlsx", referential, rows)


def lines_of(path: Path) -> Mapping[str, int]:
    """Code → its line in the grid."""
    sheet = openpyxl.load_workbook(path)[GRID_SHEET]
    return {str(cell.value): cell.row for cell in sheet["A"] if cell.value not in (None, UNREAD)}


def problems(path: Path) -> list[Problem]:
    return [p for p in check_file(path, load_referential()).verdict.problems if p.sheet == GRID_SHEET]


def test_a_mistake_is_told_in_its_own_cell_of_the_grid(grid: Path) -> None:
    line = lines_of(grid)
    told = {(p.rule_code, p.cell, p.row) for p in problems(grid)}
    assert told == {("E0202", f"D{line['IMP_1_1']}", line["IMP_1_1"]), ("E0205", f"E{line['date']}", line["date"])}


def test_cells_of_the_lake_are_those_of_the_grid(tmp_path: Path, referential: Referential) -> None:
    path = write_grid_workbook(tmp_path / "g.xlsx", referential, submission())
    sheet = openpyxl.load_workbook(path)[GRID_SHEET]
    found = find_structure(read_workbook(path.read_bytes()), workbook_layout(referential))
    batch = validate({1: found}, workbook_layout(referential), referential, {1: LYON})
    cells = lake_rows(batch, workbook_layout(referential), referential, [1])["cells"]
    of_grid = cells.filter(pl.col("sheet") == GRID_SHEET).select("cell", "cell_text").rows()
    assert len(of_grid) == 9 and all(str(sheet[cell].value) == text for cell, text in of_grid)


def test_the_counter_and_what_stands_beside_the_questions_are_never_read_nor_reported(
    tmp_path: Path, referential: Referential
) -> None:
    """Saved by a program that computes nothing, its formulas show nothing."""
    path = write_grid_workbook(tmp_path / "g.xlsx", referential, submission())
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert problems(path) == []


def test_what_is_written_beside_the_grid_is_named(grid: Path) -> None:
    book = openpyxl.load_workbook(grid)
    sheet = book[GRID_SHEET]
    sheet.cell(sheet.max_row + 2, 5).value = "à revoir"
    book.save(grid)
    assert [p.found for p in problems(grid) if p.rule_code == "I0420"] == [f"E{sheet.max_row}"]


def test_a_second_assessment_names_the_column_that_counts(tmp_path: Path, referential: Referential) -> None:
    rows = submission()
    rows["evaluations"].append({**rows["evaluations"][0], "IMP_1_1": "Faible"})
    [told] = problems(write_grid_workbook(tmp_path / "g.xlsx", referential, rows))
    assert (told.rule_code, told.cell) == ("W0309", "D5")
    assert told.expected == "une seule colonne : c'est la colonne F qui compte"


def test_a_row_beside_a_grid_is_named_as_a_row_and_a_column_of_the_grid_as_one(
    tmp_path: Path, referential: Referential
) -> None:
    path = write_grid_workbook(tmp_path / "g.xlsx", referential, submission())
    book = openpyxl.load_workbook(path)
    table = book.create_sheet("Évaluations")
    table.append([column.label for column in workbook_layout(referential)[-1].columns])
    table.append(["MED-01", "Médecin", "CAT-001", None, "Faible"])
    book.save(path)
    said = {p.rule_code: p for p in check_file(path, referential).verdict.problems}
    assert said["W0309"].expected == "une seule colonne : c'est la ligne 2 de la feuille « Évaluations » qui compte"
    assert said["I0422"].found == f"« {GRID_SHEET} » (2 colonnes), « Évaluations » (1 ligne)"
    del book["Évaluations"]
    book.copy_worksheet(book[GRID_SHEET]).title = "Grille urgences"
    book.save(path)
    said = {p.rule_code: p for p in check_file(path, referential).verdict.problems}
    assert "sa colonne D est aussi la" in (said["W0321"].expected or "")


@pytest.mark.parametrize("name", [GRID_SHEET, "Imagerie"])
def test_what_is_said_of_whole_rows_and_of_doubled_titles_is_told_in_columns_and_lines(grid: Path, name: str) -> None:
    book = openpyxl.load_workbook(grid)
    sheet, line = book[GRID_SHEET], lines_of(grid)
    for code in ("evaluateur", "role", "cas_usage", "IMP_1_2"):
        sheet.cell(line[code], 4).font = Font(strike=True)
    last = max(line.values()) + 1
    sheet.cell(last, 1).value, sheet.cell(last, 5).value = "IMP_1_2", "Moyen"
    sheet.cell(line["IMP_1_2"], 5).value = "Fort"
    sheet.title = name
    book.save(grid)
    told = {p.rule_code: p for p in check_file(grid, load_referential()).verdict.problems if p.sheet == name}
    assert (told["W0395"].found or "").startswith("colonne D barrée")
    assert f"(lignes {line['IMP_1_2']} et {last}) : colonne E" in (told["E0396"].found or "")


def test_the_grid_is_known_under_another_name(grid: Path) -> None:
    """Would have taken a grid whose sheet was renamed for somebody's own list."""
    before = {(p.rule_code, p.cell) for p in problems(grid)}
    book = openpyxl.load_workbook(grid)
    book[GRID_SHEET].title = "Imagerie"
    book.save(grid)
    verdict = check_file(grid, load_referential()).verdict
    assert {(p.rule_code, p.cell) for p in verdict.problems if p.sheet == "Imagerie"} == before | {("I0404", None)}


def test_the_short_edition_asks_what_is_essential_and_says_that_it_is_incomplete(
    tmp_path: Path, referential: Referential
) -> None:
    path = write_grid_workbook(tmp_path / "g.xlsx", referential, submission(), is_short=True)
    essential = {
        row["code"]
        for table in ("subcriteria", "attention_points")
        for row in referential.table(table).iter_rows(named=True)
        if row["essential"]
    }
    asked = lines_of(path).keys() & set(question_codes(referential))
    assert asked == essential and len(question_codes(referential)) > 2 * len(asked)
    said = [p for p in problems(path) if p.rule_code == "I0495"]
    assert [p.found for p in said] == [f"{len(asked)} questions sur {len(question_codes(referential))}"]
    assert check_file(path, referential).verdict.code == "prise"


def test_sheets_that_few_fill_are_hidden_while_empty_and_nothing_is_said_of_them(
    tmp_path: Path, referential: Referential
) -> None:
    rows = submission(solutions=[{"solution": "SOL-01", "nom": "Lecture assistée"}])
    path = write_grid_workbook(tmp_path / "g.xlsx", referential, rows)
    shown = {sheet.title for sheet in openpyxl.load_workbook(path) if sheet.sheet_state == "visible"}
    assert "Solutions" in shown and not shown & {"Objectifs", "Projets"}
    assert "I0406" not in {p.rule_code for p in check_file(path, referential).verdict.problems}
    opened = openpyxl.load_workbook(write_grid_workbook(tmp_path / "o.xlsx", referential, rows, is_open=True))
    assert {"Objectifs", "Projets"} <= {sheet.title for sheet in opened if sheet.sheet_state == "visible"}


def test_five_hundred_use_cases_are_listed_by_name_and_read(tmp_path: Path, referential: Referential) -> None:
    codes = [f"{LYON}-{number}" for number in range(1, 481)]
    rows = submission(
        cas_usage=[{"cas_usage": code, "nom": f"Scénario numéro {code}", "fonctions": "Générative"} for code in codes],
        evaluations=[
            {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": code, "IMP_1_1": "Fort"} for code in codes
        ],
    )
    path = write_grid_workbook(tmp_path / "g.xlsx", referential, rows)
    counts = {count.sheet: count for count in check_file(path, referential).verdict.counts}
    assert (counts[GRID_SHEET].read, counts[GRID_SHEET].taken) == (480, 480)


@pytest.mark.parametrize("column", ["A", "B"])
@pytest.mark.parametrize(("first", "second"), [(9, 10), (9, 24), (10, 12)])
def test_a_line_whose_title_is_another_code_s_is_not_read(tmp_path: Path, column: str, first: int, second: int) -> None:
    """One of the two columns sorted, or pasted, without the other: nothing shows which question was answered."""
    path = write_grid_workbook(tmp_path / "grille.xlsx", REFERENTIAL, submission())
    book = openpyxl.load_workbook(path)
    grid = book[GRID_SHEET]
    codes = {str(grid[f"A{line}"].value) for line in (first, second)}
    for line in (first, second):
        grid[f"D{line}"] = "Fort" if "Conforme" not in str(grid[f"C{line}"].value) else "Conforme"
    one, other = grid[f"{column}{first}"], grid[f"{column}{second}"]
    one.value, other.value = other.value, one.value
    book.save(path)
    check = check_file(path, REFERENTIAL)
    told = [problem for problem in check.verdict.problems if problem.rule_code == "W0397"]
    assert [problem.sheet for problem in told] == [GRID_SHEET] * 2
    layout = workbook_layout(REFERENTIAL)
    found = find_structure(read_workbook(path.read_bytes()), layout)
    assert codes.isdisjoint(found.sheets["evaluations"].positions)


def test_whole_lines_in_another_order_are_read(tmp_path: Path) -> None:
    path = write_grid_workbook(tmp_path / "grille.xlsx", REFERENTIAL, submission())
    book = openpyxl.load_workbook(path)
    grid = book[GRID_SHEET]
    for cells in zip(grid[9], grid[24], strict=True):
        cells[0].value, cells[1].value = cells[1].value, cells[0].value
    book.save(path)
    assert not [one for one in check_file(path, REFERENTIAL).verdict.problems if one.rule_code == "W0397"]


@pytest.mark.parametrize("cell", ["", "B9", "C9", "C13", "B49", "C60", "D49", "G2", "E8"])
def test_every_cell_of_a_grid_is_accounted_for(tmp_path: Path, cell: str) -> None:
    """A question put in other words, or a note beside it, was read by nobody and told to nobody."""
    path = write_grid_workbook(tmp_path / "grille.xlsx", REFERENTIAL, submission())
    book = openpyxl.load_workbook(path)
    if cell:
        book[GRID_SHEET][cell] = "Fort seulement la nuit"
    book.save(path)
    assert not unaccounted(read_workbook(path.read_bytes()), REFERENTIAL)
    told = [one.found for one in problems(path) if one.rule_code == "I0420"]
    assert told == ([cell] if cell else [])
