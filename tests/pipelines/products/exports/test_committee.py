"""The committee's workbook: its numbers are the release's, its chart is native, its text is never a formula."""

import re
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.products.exports.committee.pages import PAGE_ROWS
from pipelines.products.exports.committee.sheets import QUADRANT_COLORS
from pipelines.products.exports.single import export_committee
from pipelines.products.report.charts import COLORS
from sources.home.home import Home

SHEETS = ["Synthèse", "Matrice", "Classement", "Sélection", "Décisions", "Fiches", "Méthode"]


@pytest.fixture(scope="module")
def file(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("committee") / "comite.xlsx"
    export_committee(demo_home, path, campaign="DEMO-2026")
    return path


@pytest.fixture(scope="module")
def workbook(file: Path) -> Workbook:
    return openpyxl.load_workbook(file)


@pytest.fixture(scope="module")
def matrix(demo_home: Home) -> list[tuple]:
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        return connection.execute(
            "select use_case_title, impact_score, effort_score, priority_score, quadrant_label "
            "from mart_portfolio_matrix where campaign_code = 'DEMO-2026' and profile_code = 'equilibre' "
            "and perimeter_code = 'gcs' order by priority_rank nulls last, use_case_title"
        ).fetchall()


def texts(workbook: Workbook, name: str) -> list[str]:
    return [str(cell) for row in workbook[name].iter_rows(values_only=True) for cell in row if cell is not None]


def test_the_ranking_is_that_of_the_release(workbook: Workbook, matrix: list[tuple]) -> None:
    rows = list(workbook["Classement"].iter_rows(values_only=True))
    top = next(number for number, row in enumerate(rows) if row[0] == "N°")
    listed = rows[top + 1 : top + 1 + len(matrix)]
    for number, (row, (title, impact, effort, priority, quadrant)) in enumerate(zip(listed, matrix, strict=True), 1):
        assert (row[0], row[1], row[3]) == (number, title, quadrant)
        for shown, stored in zip(row[4:7], (impact, effort, priority), strict=True):
            assert shown == (None if stored is None else pytest.approx(float(stored), abs=1e-9))


def test_the_matrix_is_a_native_chart_with_french_quadrants_and_its_thresholds(file: Path, matrix: list[tuple]) -> None:
    with zipfile.ZipFile(file) as package:
        [chart] = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    assert "<c:scatterChart>" in chart
    placed = {row[4] for row in matrix if row[1] is not None and row[2] is not None}
    assert placed <= set(re.findall(r"<c:v>([^<]+)</c:v>", chart))
    assert "Seuil d'impact" in chart and "Effort (0 à 100)" in chart
    numbers = set(re.findall(r"<a:t>(\d+)</a:t>", chart))
    assert len(numbers) == sum(row[1] is not None and row[2] is not None for row in matrix)


def test_every_use_case_has_its_printed_page_and_its_link(workbook: Workbook, matrix: list[tuple]) -> None:
    pages = workbook["Fiches"]
    for number, (title, *_) in enumerate(matrix):
        assert pages.cell(number * PAGE_ROWS + 1, 1).value == f"{number + 1}. {title}"
    assert [mark.id for mark in pages.row_breaks.brk] == [PAGE_ROWS * n for n in range(1, len(matrix))]
    assert not pages.sheet_properties.pageSetUpPr.fitToPage, "a sheet that is fitted to pages ignores its page breaks"
    links = {cell.hyperlink.location for row in workbook["Classement"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'Fiches'!A{n * PAGE_ROWS + 1}" for n in range(len(matrix))}


def test_it_prints_on_a4_landscape_and_says_what_it_is(workbook: Workbook, demo_home: Home) -> None:
    assert workbook.sheetnames == SHEETS
    release = (demo_home.published / "current").resolve().name
    for sheet in workbook.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9), sheet.title
        assert release in sheet.oddFooter.left.text and "DÉMONSTRATION" in sheet.oddHeader.center.text
    assert any("5 évaluateurs" in text or "Indice de priorité" in text for text in texts(workbook, "Méthode"))
    assert any(release in text for text in texts(workbook, "Méthode"))
    formats = {cell.number_format for row in workbook["Classement"].iter_rows() for cell in row}
    assert "[$-40C]0.0" in formats


def test_the_selection_lists_what_is_chosen_first_in_rows_that_hold_their_reasons(
    workbook: Workbook, demo_home: Home
) -> None:
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        stored = connection.execute(
            "select scenario_label, use_case_title, selection_label, cost_eur::double from mart_portfolio_selection "
            "order by scenario_rank, scenario_code, not is_selected, impact_score desc nulls last, use_case_title"
        ).fetchall()
    sheet = workbook["Sélection"]
    rows = list(sheet.iter_rows(values_only=True))
    top = next(number for number, row in enumerate(rows) if row[0] == "Scénario")
    assert [(row[0], row[1], row[2], row[6]) for row in rows[top + 1 :]] == stored
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        if len(row[3] or "") > sheet.column_dimensions["D"].width:
            assert sheet.row_dimensions[number].height >= 26, number
    assert "€" in sheet.cell(top + 2, 7).number_format


def test_what_is_decided_stands_there_and_what_is_not_is_said(
    workbook: Workbook, demo_home: Home, tmp_path: Path
) -> None:
    assert "Gain montré sur des indicateurs cliniques" in texts(workbook, "Décisions")
    export_committee(demo_home, tmp_path / "comite.xlsx", campaign="DEMO-2026", perimeter="420784878")
    alone = openpyxl.load_workbook(tmp_path / "comite.xlsx")
    assert any("Aucune décision" in text for text in texts(alone, "Décisions"))


def test_a_name_that_looks_like_a_formula_is_text(home_copy: Home, tmp_path: Path) -> None:
    file = (home_copy.published / "current" / "warehouse.duckdb").resolve()
    file.chmod(0o644)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update int_use_case_wording set use_case_title = '=cmd|''/c calc''!A1', use_case_label = '@x' "
            "where use_case_code = 'CAT-001'"
        )
    path = tmp_path / "comite.xlsx"
    export_committee(home_copy, path)
    with zipfile.ZipFile(path) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        shared = package.read("xl/sharedStrings.xml").decode()
    assert not [sheet for sheet in sheets if "<f>" in sheet]
    assert "=cmd|" in shared


def test_quadrants_have_the_colours_of_the_report() -> None:
    assert {code: QUADRANT_COLORS[code] for code in COLORS} == COLORS


def test_an_unknown_perimeter_is_told_with_what_there_is(demo_home: Home, tmp_path: Path) -> None:
    arguments = ["export", "--committee", str(tmp_path / "c.xlsx"), "--perimeter", "zz", "--home", str(demo_home.root)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2 and "gcs" in result.output
    assert not (tmp_path / "c.xlsx").exists()
