"""A code with a name beside it: taken where both say the same, refused where they do not; what we suggest is taken."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.reading.sheets.structure import find_structure
from quality.verdicts.validation import ValidatedBatch, validate
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import workbook_layout
from tests.quality.conftest import CAMPAIGN, LYON

OWN = "Tri des demandes de scanner aux urgences"
SAINT_ETIENNE = "420784878"
_SUGGESTED = re.compile("Vouliez-vous dire « (.*) » \\? Sinon ")


def _judged(
    referential: Referential, use_cases: list[str], organisation: str = LYON, own_name: str = OWN
) -> ValidatedBatch:
    """A file of one assessment of each use case; it describes ``<Lyon>-1`` under its name."""
    sheets = [
        RawSheet("Établissement", [["N° FINESS juridique ou code", "Campagne"], [organisation, CAMPAIGN]]),
        RawSheet("Cas d'usage", [["Code", "Nom du cas d'usage"], [f"{LYON}-1", own_name]]),
        RawSheet(
            "Évaluations",
            [
                ["Code de l'évaluateur", "Rôle", "Cas d'usage"],
                *([f"MED-{n}", "Médecin", written] for n, written in enumerate(use_cases)),
            ],
        ),
    ]
    layout = workbook_layout(referential)
    return validate({0: find_structure(sheets, layout)}, layout, referential, {})


def _read(batch: ValidatedBatch) -> list[str | None]:
    return batch.frames["evaluations"]["cas_usage__value"].to_list()


def _rules(batch: ValidatedBatch) -> list[str]:
    return [problem.rule_code for problem in batch.problems[0] if problem.rule.severity == "erreur"]


def test_every_suggestion_can_be_typed_back(referential: Referential) -> None:
    labels = referential.labels("use_cases")
    slips = [label[1:] for label in labels.values()] + [code.replace("-0", "") for code in labels] + [OWN[2:]]
    batch = _judged(referential, slips)
    suggestions = [_SUGGESTED.match(problem.expected or "") for problem in batch.problems[0]]
    suggested = [found[1] for found in suggestions if found]
    assert len(suggested) >= len(labels)
    again = _judged(referential, suggested)
    assert None not in _read(again)
    assert _rules(again) == []


@settings(max_examples=60, deadline=None)
@given(name=st.text("aéàZ 0123456789-–,;:.()'’«»?/&", min_size=1, max_size=40), before=st.sampled_from(["", "« "]))
def test_the_files_own_name_is_taken_beside_its_code_whatever_it_is(
    referential: Referential, name: str, before: str
) -> None:
    if not any(letter.isalnum() for letter in name):
        return
    batch = _judged(referential, [f"{before}{LYON}-1 ({name})"], own_name=name)
    assert _read(batch) == [f"{LYON}-1"]


@pytest.mark.parametrize(
    "written, code",
    [
        ("CAT-002 (Prédiction de réadmission à 30 jours)", "CAT-002"),
        ("CAT-002 – Prédiction de réadmission à 30 jours", "CAT-002"),
        ("CAT – 002 : prediction de readmission a 30 jours", "CAT-002"),
        ("Prédiction de réadmission à 30 jours (CAT-002)", "CAT-002"),
        ("CAT-002 (Prédiction de réadmission…)", "CAT-002"),
        ("CAT-002 (Prédiction de réadmision à 30 jours)", "CAT-002"),
        ("« CAT-002 »", "CAT-002"),
        ("CAT-002.", "CAT-002"),
        (f"{LYON}-1 ({OWN})", f"{LYON}-1"),
        ("690 781 810-1", f"{LYON}-1"),
        (f"690 781 810 - 1 {OWN}", f"{LYON}-1"),
    ],
)
def test_a_code_with_its_own_name_is_that_code(referential: Referential, written: str, code: str) -> None:
    batch = _judged(referential, [written])
    assert _read(batch) == [code]
    assert _rules(batch) == []


@pytest.mark.parametrize(
    "written",
    [
        "CAT-002 Aide à la prescription",
        "CAT-002 (Aide à la prescription avec alertes d'interactions)",
        "CAT-004 ou CAT-002 (Prédiction de réadmission)?",
        "CAT-002 / CAT-003",
        "CAT-002 ?",
        "pas CAT-002",
        "CAT-002 (Prédiction de réadmission à 30 jours ?)",
        f"CAT-002 ({OWN})",
        f"{LYON}-1 (Prédiction de réadmission à 30 jours)",
        f"{LYON}-1 2",
        f"{LYON}-2 ({OWN})",
        f"{LYON}-2 (Un cas décrit ailleurs)",
    ],
)
def test_a_code_beside_another_name_is_refused_and_both_are_said(referential: Referential, written: str) -> None:
    batch = _judged(referential, [written])
    assert _read(batch) == [None]
    [problem] = [problem for problem in batch.problems[0] if problem.rule.severity == "erreur"]
    assert problem.rule_code == "E0291"
    assert written not in (problem.expected or "")


def test_a_contradiction_names_both_remedies(referential: Referential) -> None:
    batch = _judged(referential, ["CAT-002 Aide à la prescription avec alertes"])
    [expected] = [problem.expected for problem in batch.problems[0] if problem.rule_code == "E0291"]
    assert expected == (
        "« CAT-002 », qui est « Prédiction de réadmission à 30 jours » ; "
        "ou « CAT-004 », qui est « Aide à la prescription avec alertes d'interactions »"
    )


@pytest.mark.parametrize(
    "written",
    [
        "420 784 878",
        "42 078 487 8",
        "420784878 (CHU de Saint-Étienne)",
        "420784878 – CHU St Etienne",
        "CHU de Saint-Étienne 420784878",
        "CHU Saint-Étienne (FINESS 420 784 878)",
        "FINESS n° 420784878",
        "EJ 420784878",
        "420784878 CHUSE",
    ],
)
def test_a_number_with_the_hospitals_name_is_read(referential: Referential, written: str) -> None:
    batch = _judged(referential, [f"{LYON}-1"], written)
    assert batch.frames["etablissement"]["organisation__value"].to_list() == [SAINT_ETIENNE]
    assert "I0416" in [problem.rule_code for problem in batch.problems[0]]
    assert set(_rules(batch)) == {"E0301"}  # the case of the file is another organisation's


@pytest.mark.parametrize(
    "written",
    [
        "420784878 Hospices Civils de Lyon",
        "CHU de Lille 420784878",
        "420784878 ?",
        "420784878 / 690781810",
        "420784878 CHU de Grenoble",
    ],
)
def test_a_number_with_another_name_is_refused(referential: Referential, written: str) -> None:
    batch = _judged(referential, [f"{LYON}-1"], written)
    assert batch.frames["etablissement"]["organisation__value"].to_list() == [None]
    assert "E0291" in _rules(batch)


@pytest.mark.parametrize(
    "written, code",
    [
        ("AXE_6 – Logistique & Opérations", "AXE_6"),
        ("Logistique et opérations (AXE_6)", "AXE_6"),
        ("AXE_1 – Logistique & Opérations", None),
        ("AXE_1 – Logistique", None),
    ],
)
def test_a_choices_code_beside_its_label(referential: Referential, written: str, code: str | None) -> None:
    layout = workbook_layout(referential)
    sheets = [
        RawSheet("Établissement", [["N° FINESS juridique ou code", "Campagne"], [LYON, CAMPAIGN]]),
        RawSheet("Cas d'usage", [["Code", "Nom du cas d'usage", "Axe"], [f"{LYON}-1", OWN, written]]),
    ]
    batch = validate({0: find_structure(sheets, layout)}, layout, referential, {})
    assert batch.frames["cas_usage"]["axe__value"].to_list() == [code]
