"""A percentage is what its cell shows, from a workbook's format as from a sign: in its indicator, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from quality.reading.sheets.structure import find_structure
from quality.verdicts.validation import ValidatedBatch, validate
from sources.referential.loader import Referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import workbook_layout
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, submission


def judged(referential: Referential, path: Path, indicator: str, target: float | str, people: object) -> ValidatedBatch:
    rows = submission(objectifs=[{"cas_usage": f"{LYON}-1", "indicateur": indicator}])
    write_template(path, referential, rows)
    book = load_workbook(path)
    for sheet, cell, value in (("Objectifs", "D3", target), ("Cas d'usage", "K4", people)):
        book[sheet][cell].value = value
        book[sheet][cell].number_format = "0%" if isinstance(value, float) else "@"
    book.save(path)
    layout = workbook_layout(referential)
    return validate({0: find_structure(read_workbook(path.read_bytes()), layout)}, layout, referential, {})


@pytest.mark.parametrize(("shown", "stored"), [("40 %", 0.4), ("7 %", 0.07), ("100 %", 1.0), ("12,5 %", 0.125)])
def test_a_format_and_a_sign_say_the_same(referential: Referential, tmp_path: Path, shown: str, stored: float) -> None:
    for target in (shown, stored):
        batch = judged(referential, tmp_path / "a.xlsx", "Lettres à l'heure (%)", target, target)
        assert batch.frames["objectifs"]["cible__value"].to_list() == [shown.removesuffix(" %").replace(",", ".")]
        assert batch.frames["cas_usage"]["personnes__value"].to_list() == [None, None]
        assert {"I0430", "E0211"} <= {problem.rule_code for problem in batch.problems[0]}


@pytest.mark.parametrize("written", ["40 pct", "40 p. cent", "40 Pour cent", "40pct.", "40  %"])
def test_a_sign_in_words_says_the_same_too(referential: Referential, tmp_path: Path, written: str) -> None:
    batch = judged(referential, tmp_path / "a.xlsx", "Lettres à l'heure (%)", written, None)
    assert batch.frames["objectifs"]["cible__value"].to_list() == ["40"]
    elsewhere = judged(referential, tmp_path / "b.xlsx", "Délai de lecture (minutes)", written, None)
    assert "E0235" in {problem.rule_code for problem in elsewhere.problems[0]}


def test_a_percentage_of_another_unit_is_refused(referential: Referential, tmp_path: Path) -> None:
    batch = judged(referential, tmp_path / "a.xlsx", "Délai de lecture (minutes)", 0.4, None)
    assert "E0235" in {problem.rule_code for problem in batch.problems[0]}
    assert batch.frames["objectifs"]["is_taken"].to_list() == [False]


@pytest.mark.parametrize("written", ["1.500", "1,500", "≥ 2.000 lettres", "250.000 €"])
def test_a_value_in_words_of_two_readings_is_asked_for(referential: Referential, tmp_path: Path, written: str) -> None:
    batch = judged(referential, tmp_path / "a.xlsx", "Lettres lues", written, None)
    assert [p.cell for p in batch.problems[0] if p.rule_code == "E0233"] == ["D3"]
    assert batch.frames["objectifs"]["is_taken"].to_list() == [False]


@pytest.mark.parametrize(
    "written", ["1 500", "1500", "0.500", "1.500.000", "1.234,5", "2.50", "de 1.500 à 2.500", "entre 2 et 3", 1.234]
)
def test_a_value_of_one_reading_or_a_number_is_kept(referential: Referential, tmp_path: Path, written: str) -> None:
    write_template(
        tmp_path / "a.xlsx",
        referential,
        submission(objectifs=[{"cas_usage": f"{LYON}-1", "indicateur": "Lettres lues"}]),
    )
    book = load_workbook(tmp_path / "a.xlsx")
    book["Objectifs"]["D3"].value = written
    book["Objectifs"]["D3"].number_format = "General"
    book.save(tmp_path / "a.xlsx")
    layout = workbook_layout(referential)
    found = find_structure(read_workbook((tmp_path / "a.xlsx").read_bytes()), layout)
    batch = validate({0: found}, layout, referential, {})
    assert not [p for p in batch.problems[0] if p.rule_code == "E0233"]
