"""``cartographie explain``: every number of the tree is that of the release, every cell that of the dropped file."""

import json
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.products.lineage import Explanation, UnknownChoice, as_lines, explain
from pipelines.products.lineage.reading import Answer, Assessor
from pipelines.products.lineage.tree import french
from sources.home.home import Home

LYON = "690781810"


def call(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["explain", *arguments, "--home", str(home.root)])


@pytest.fixture(scope="module")
def explanation(demo_home: Home) -> Explanation:
    return explain(demo_home, "CAT-001", perimeter=LYON)


def test_the_tree_leads_to_the_very_cell_that_was_dropped(demo_home: Home, explanation: Explanation) -> None:
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        digests = dict(connection.execute("select reception_number, content_sha256 from fct_submission").fetchall())
    books: dict[Path, Workbook] = {}
    checked = 0
    for assessor, answer in _answers(explanation):
        digest = digests[assessor.reception_number]
        path = demo_home.archive / "content" / digest[:2] / digest
        if path not in books:
            with path.open("rb") as file:
                books[path] = openpyxl.load_workbook(file)
        written = books[path][assessor.sheet][answer.cell].value if answer.cell else None
        assert answer.text == (None if written in (None, "", "Non évalué") else written), answer.cell
        checked += answer.text is not None
    assert checked > 20


def _answers(explanation: Explanation) -> list[tuple[Assessor, Answer]]:
    return [
        (assessor, answer)
        for side in explanation.sides
        for criterion in side.criteria
        for establishment in criterion.establishments
        for assessor in establishment.assessors
        for answer in assessor.answers
    ]


def test_each_level_is_the_mean_of_the_level_below(explanation: Explanation) -> None:
    half = Decimal("0.0000005")
    for side in explanation.sides:
        for criterion in side.criteria:
            for establishment in criterion.establishments:
                scores = [one.score for one in establishment.assessors if one.score is not None]
                if scores:
                    assert abs(sum(scores) / len(scores) - (establishment.score or 0)) <= half
                for assessor in establishment.assessors:
                    values = [answer.value for answer in assessor.answers if answer.value is not None]
                    expected = sum(values) / len(values) if values else None
                    assert (assessor.score is None) == (expected is None)
                    assert expected is None or abs(expected - (assessor.score or 0)) <= half


def test_the_tree_says_it_in_french(explanation: Explanation) -> None:
    lines = as_lines(explanation)
    assert lines[0].startswith("CAT-001 · ")
    assert any("DÉMONSTRATION" in line for line in lines)
    assert any(re.search(r"IMP_1_1 .+ : (Faible|Moyen|Fort|non évalué).*\[cellule [A-Z]+\d+\]", line) for line in lines)
    assert any(re.search(r"feuille « Évaluations », ligne \d+, reçu le \d\d/\d\d/\d{4}", line) for line in lines)
    assert not re.search(r"\d\.\d", "\n".join(lines).replace(explanation.release, "").replace(".xlsx", ""))


def test_points_of_attention_stand_beside_the_score(explanation: Explanation) -> None:
    scored = {answer.question_code for _, answer in _answers(explanation)}
    beside = {answer.question_code for one in explanation.beside for who in one.assessors for answer in who.answers}
    assert not scored & beside
    assert all(code.startswith("PA_") for code in beside)


@pytest.mark.parametrize(("number", "said"), [("65.625", "65,63"), ("50", "50"), ("0.004", "0"), ("12.30", "12,3")])
def test_numbers_are_french_and_round_half_up(number: str, said: str) -> None:
    assert french(Decimal(number)) == said
    assert french(None) == "non évalué"


def test_the_command_prints_the_tree_and_its_json(demo_home: Home) -> None:
    shown, machine = call(demo_home, "cat-001"), call(demo_home, "CAT-001", "--json")
    assert shown.exit_code == machine.exit_code == 0
    assert "├─ IMP_1 " in shown.output
    said = json.loads(machine.output)
    assert said["matrix"]["use_case_code"] == "CAT-001" and said["matrix"]["perimeter_code"] == "gcs"
    assert [side["code"] for side in said["sides"]] == ["impact", "effort"]


def test_a_name_will_do_and_a_wrong_one_is_answered_with_near_ones(demo_home: Home) -> None:
    [title] = _one(demo_home, "select use_case_title from dim_use_case where use_case_code = 'CAT-001'")
    assert explain(demo_home, title.upper()).matrix["use_case_code"] == "CAT-001"
    wrong = call(demo_home, "Detection de lesions")
    assert wrong.exit_code == 1
    assert "Vouliez-vous dire CAT-001" in wrong.output
    assert call(demo_home, "zzzz").exit_code == 1


@pytest.mark.parametrize("option", ["--campaign", "--profile", "--perimeter"])
def test_an_unknown_choice_is_answered_with_those_there_are(demo_home: Home, option: str) -> None:
    result = call(demo_home, "CAT-001", option, "inconnu")
    assert result.exit_code == 1
    assert "« inconnu »" in result.output and "Elle a : " in result.output


def test_a_use_case_absent_from_the_matrix_asked_is_said_to_be_elsewhere(demo_home: Home) -> None:
    query = (
        "select use_case_code from mart_portfolio_matrix where campaign_code = 'DEMO-2026' "
        "except select use_case_code from mart_portfolio_matrix where perimeter_code = ? limit 1"
    )
    [code] = _one(demo_home, query, LYON)
    with pytest.raises(UnknownChoice, match="DEMO-2026 / "):
        explain(demo_home, code, perimeter=LYON)
    foreign = _one(demo_home, "select use_case_code from dim_use_case where source_code <> 'GCS' limit 1")[0]
    with pytest.raises(UnknownChoice, match="aucune campagne"):
        explain(demo_home, foreign)


def test_nothing_published_is_a_failure_with_its_remedy(tmp_path: Path) -> None:
    result = call(Home(tmp_path), "CAT-001")
    assert result.exit_code == 2
    assert "cartographie run" in result.output


def _one(home: Home, query: str, *values: str) -> tuple:
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()[0]
