"""A template given back with what is known: the second campaign is told below the first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from quality.answers.prefill import UnknownCodeError, prefilled_rows
from quality.batch.batch import process
from quality.batch.check import check_file
from sources.archive import archive
from sources.demonstration.drop import as_demonstration
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.grid_template import write_grid_workbook
from sources.workbook.template.layout import workbook_layout
from sources.workbook.template.template import GREYED, write_template
from tests.quality.conftest import LYON, submission


@pytest.fixture
def known(home: Home, drop: Callable[..., Path]) -> Home:
    rows = submission(campaign="Démonstration 2025", solutions=[{"solution": "sol-01", "nom": "Solution"}])
    rows["cas_usage"][1] |= {"axe": "innovation medicale", "minutes_jour": "12,5"}
    drop(rows)
    archive.receive(home)
    process(home, as_demonstration(home))
    return home


def test_use_cases_and_solutions_come_back_in_todays_labels(known: Home, referential: Referential) -> None:
    rows = prefilled_rows(known.lake, referential, LYON, "2026-1", set())
    own = next(row for row in rows["cas_usage"] if row["cas_usage"] == f"{LYON}-1")
    assert (own["axe"], own["minutes_jour"], own["fonctions"]) == ("Innovation médicale", 12.5, "Générative")
    assert [row["nom"] for row in rows["solutions"]] == ["Solution"]


def test_earlier_answers_stand_greyed_above_an_empty_row(known: Home, referential: Referential) -> None:
    rows = prefilled_rows(known.lake, referential, LYON, "2026-1", set())["evaluations"]
    assert [GREYED in row for row in rows] == [True, False, True, False]
    assert rows[0]["IMP_1_1"] == "Moyen"
    assert str(rows[0]["evaluateur"]).startswith("Précédent (DEMO-2025, réf. ")
    assert (rows[1]["evaluateur"], rows[1]["cas_usage"]) == ("MED-01", f"{LYON}-1")
    assert "IMP_1_1" not in rows[1]


def test_answers_of_the_campaign_itself_come_back_whole(known: Home, referential: Referential) -> None:
    rows = prefilled_rows(known.lake, referential, LYON, "DEMO-2025", set())["evaluations"]
    assert [row.get("IMP_1_1") for row in rows] == ["Moyen", "Fort"]


def test_what_is_set_aside_does_not_come_back(known: Home, referential: Referential) -> None:
    assert prefilled_rows(known.lake, referential, LYON, "2026-1", {1})["cas_usage"] == []


def test_unknown_codes_are_told(known: Home, referential: Referential) -> None:
    with pytest.raises(UnknownCodeError, match="999"):
        prefilled_rows(known.lake, referential, "999", "2026-1", set())
    with pytest.raises(UnknownCodeError, match="2026-1"):
        prefilled_rows(known.lake, referential, LYON, "2031", set())


def test_the_prefilled_workbook_is_taken_without_a_word(known: Home, referential: Referential, tmp_path: Path) -> None:
    rows = prefilled_rows(known.lake, referential, LYON, "2026-1", set())
    path = write_template(tmp_path / "prerempli.xlsx", referential, rows)
    workbook = openpyxl.load_workbook(path)
    for line in workbook["Évaluations"].iter_rows(min_row=3):
        if str(line[0].value or "").startswith("MED"):
            line[4].value = "Fort"
    workbook.save(path)
    verdict = check_file(path, referential).verdict
    assert verdict.code == "prise"
    counts = next(count for count in verdict.counts if count.sheet == "Évaluations")
    assert (counts.read, counts.taken, counts.ignored) == (4, 2, 2)


@pytest.mark.parametrize("write", [write_template, write_grid_workbook])
def test_what_the_workbook_recalls_is_not_said_to_be_changed_unless_it_is(
    known: Home, referential: Referential, tmp_path: Path, write: Callable[..., Path]
) -> None:
    """The grid names use cases, the rows their codes: each earlier answer of an untouched grid was told as changed."""
    path = write(tmp_path / "p.xlsx", referential, prefilled_rows(known.lake, referential, LYON, "2026-1", set()))
    assert {"W0372", "I0470"} & {problem.rule_code for problem in check_file(path, referential).verdict.problems} == {
        "I0470"
    }
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Évaluer" if write is write_grid_workbook else "Évaluations"]
    recalled = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value or "").startswith("Précédent"))
    at = recalled.offset(row=8) if write is write_grid_workbook else recalled.offset(column=8)
    at.value = "Moyen" if at.value != "Moyen" else "Fort"
    workbook.save(path)
    [told] = [each for each in check_file(path, referential).verdict.problems if each.rule_code == "W0372"]
    place = f"colonne {recalled.column_letter}" if write is write_grid_workbook else f"ligne {recalled.row}"
    assert place in str(told.found)


def test_the_empty_template_shows_an_example_that_is_not_taken(referential: Referential, tmp_path: Path) -> None:
    path = write_template(tmp_path / "modele.xlsx", referential)
    workbook = openpyxl.load_workbook(path)
    for sheet in workbook_layout(referential)[1:]:
        assert str(workbook[sheet.label]["A3"].value).startswith("Exemple")
    workbook["Établissement"]["A3"], workbook["Établissement"]["B3"] = LYON, "Campagne 2026"
    workbook["Évaluations"].append(["MED-01", "Médecin", "CAT-001", None, "Fort"])
    workbook.save(path)
    verdict = check_file(path, referential).verdict
    assert verdict.code == "prise"
    assert {count.sheet: count.ignored for count in verdict.counts}["Évaluations"] == 1


def test_segments_offered_follow_the_axis_and_the_structure_is_protected(
    referential: Referential, tmp_path: Path
) -> None:
    sheet = openpyxl.load_workbook(write_template(tmp_path / "modele.xlsx", referential))["Cas d'usage"]
    formulas = [v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list" and v.formula1]
    assert sum("OFFSET" in formula and "MATCH($E3" in formula for formula in formulas) == 1
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["A5"].protection.locked or not sheet.column_dimensions["A"].protection.locked
