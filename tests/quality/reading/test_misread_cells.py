"""Accents that a badly opened CSV made « Ã© », pasted into a workbook: put back and said, or refused, or told."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.reading.sheets.structure import find_structure
from quality.rules.rules import Problem
from quality.verdicts.validation import ValidatedBatch, validate
from sources.referential.loader import load_referential
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.template.layout import workbook_layout
from tests.quality.conftest import CAMPAIGN, LYON
from tests.sources.workbook.test_encodings import wrongly_read

REFERENTIAL = load_referential()
LAYOUT = workbook_layout(REFERENTIAL)
HEADINGS = ("Code de l'évaluateur", "Rôle", "Cas d'usage", "Commentaire")
ANSWERS = ("MED-01", "Médecin", "CAT-001", "Réponse donnée à l'équipe, où tout a été vérifié")


def workbook(headings: tuple[str, ...], answers: tuple[str, ...]) -> list[RawSheet]:
    book = openpyxl.Workbook()
    envelope = book.create_sheet("Établissement")
    envelope.append(["N° FINESS juridique ou code", "Campagne"])
    envelope.append([LYON, CAMPAIGN])
    sheet = book.create_sheet("Évaluations")
    sheet.append(headings)
    sheet.append(answers)
    written = BytesIO()
    book.save(written)
    return read_workbook(written.getvalue())


def judged(sheets: list[RawSheet]) -> ValidatedBatch:
    return validate({0: find_structure(sheets, LAYOUT)}, LAYOUT, REFERENTIAL, {})


def facts(batch: ValidatedBatch) -> list[tuple[object, ...]]:
    frame = batch.frames["evaluations"].filter("is_taken")
    return frame.select("evaluateur", "role__value", "cas_usage", "commentaire").rows()


def told(batch: ValidatedBatch, *rules: str) -> list[Problem]:
    return [problem for problem in batch.problems[0] if problem.rule_code in rules]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("wrong", ["cp1252", "latin-1", "mac_roman"])
@pytest.mark.parametrize("where", ["headings", "answers", "both"])
def test_what_is_proven_is_put_back_and_said(where: str, wrong: str, times: int) -> None:
    def misread(texts: tuple[str, ...]) -> tuple[str, ...]:
        for _ in range(times):
            texts = tuple(wrongly_read(text, wrong) for text in texts)
        return tuple("".join(" " if letter == "\x85" else letter for letter in text) for text in texts)

    headings = HEADINGS if where == "answers" else misread(HEADINGS)
    answers = ANSWERS if where == "headings" else misread(ANSWERS)
    batch = judged(workbook(headings, answers))
    assert facts(batch) == facts(judged(workbook(HEADINGS, ANSWERS)))
    [said] = told(batch, "I0448")
    assert said.sheet == "Évaluations" and ("A1" if where != "answers" else "B2") in (said.found or "")


@pytest.mark.parametrize(("column", "rule"), [(0, "E0290"), (1, "E0290"), (2, "E0290"), (3, "W0380")], ids=HEADINGS)
def test_what_is_not_proven_is_refused_or_in_a_free_text_told(column: int, rule: str) -> None:
    answers = list(ANSWERS)
    answers[column] = "mÃqÃz"
    batch = judged(workbook(HEADINGS, tuple(answers)))
    [said] = told(batch, "E0290", "W0380", "I0448")
    assert (said.rule_code, said.cell) == (rule, f"{'ABCD'[column]}2")
    assert len(facts(batch)) == (column == 3)


HALVES = [
    ("Ã", "à"),
    ("rapport Ã la radio", "rapport à la radio"),
    ("Ã revoir", "à revoir"),
    ("DossierÂ : clos", "Dossier : clos"),
    ("12Â 000 examens", "12 000 examens"),
    ("Â", None),
]
"""Half a character that was written twice, its other half a blank: what it is where the file proves it."""


@pytest.mark.parametrize(("text", "meant"), HALVES)
def test_half_a_character_is_a_guess_that_nothing_makes(text: str, meant: str | None) -> None:
    batch = judged(workbook(HEADINGS, (*ANSWERS[:3], text)))
    assert facts(batch)[0][-1] == text and len(told(batch, "W0380")) == 1 and not told(batch, "I0448")
    batch = judged(workbook(HEADINGS, (text, *ANSWERS[1:])))
    assert not facts(batch) and len(told(batch, "E0290")) == 1


@pytest.mark.parametrize(("text", "meant"), HALVES)
def test_half_a_character_is_put_back_where_the_file_proves_it(text: str, meant: str | None) -> None:
    batch = judged(
        workbook((*HEADINGS[:3], wrongly_read("Règle de l'équipe", "cp1252"), HEADINGS[3]), (*ANSWERS[:3], "", text))
    )
    assert facts(batch)[0][-1] == meant and not told(batch, "W0380")
    assert len(told(batch, "I0448")) == 1


def test_a_word_that_we_know_proves_its_own_half() -> None:
    batch = judged(workbook(HEADINGS, (*ANSWERS[:3], "voilÃ ce qui est déjÃ prévu")))
    assert facts(batch)[0][-1] == "voilà ce qui est déjà prévu" and len(told(batch, "I0448")) == 1


@settings(max_examples=60, deadline=None)
@given(st.text("aeé èàçÉÈÂÃ©¨ªŽ√â€™ ¢ñ°²0", min_size=1, max_size=14))
def test_no_trace_enters_unsaid(text: str) -> None:
    batch = judged(workbook(HEADINGS, (*ANSWERS[:3], text)))
    kept = [str(comment or "") for *_, comment in facts(batch)]
    if any("Ã©" in comment or "Ã¨" in comment or "â€™" in comment for comment in kept):
        assert told(batch, "W0380")
    if kept and kept[0].split() != text.split():
        assert told(batch, "I0448")


def test_rare_letters_are_left_alone_unsaid() -> None:
    answers = (*ANSWERS[:3], "« García » – Sørensen, 12 % · SÃO Paulo → 3 m², œuvre…")
    batch = judged(workbook(HEADINGS, answers))
    assert facts(batch)[0][-1] == answers[-1] and not told(batch, "E0290", "W0380", "I0448")


@pytest.mark.parametrize(
    "text",
    [
        "r?daction des lettres",
        "l?oeil",
        "la sant? du patient",
        "?quipe",
        "R&eacute;daction",
        "M=C3=A9decin",
        "%C3%A9quipe",
        "\\u00e9quipe",
        "l&#39;avis",
    ],
)
def test_accents_that_were_lost_or_spelt_out_are_told(text: str) -> None:
    batch = judged(workbook(HEADINGS, (*ANSWERS[:3], text)))
    assert facts(batch)[0][-1] == text and [each.cell for each in told(batch, "W0380")] == ["D2"]


@pytest.mark.parametrize(
    "text",
    ["Utile ? oui", "Quoi? Comment?", "https://exemple.fr/?q=caf%C3%A9&amp;b=1", "R&D, AT&T; 5 % = peu", "(sic ?)"],
)
def test_a_question_and_the_address_of_a_page_have_lost_nothing(text: str) -> None:
    assert not told(judged(workbook(HEADINGS, (*ANSWERS[:3], text))), "W0380")
