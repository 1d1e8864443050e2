"""Rows that are no answers, what a catalogue's code leaves out, what was deleted: each told once, as what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.reading.sheets.set_apart import Apart
from quality.reading.sheets.structure import find_structure
from quality.rules.rules import Problem
from quality.verdicts.validation import ValidatedBatch, validate
from quality.verdicts.verdicts import decide
from sources.demonstration.drop import as_demonstration
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.template.layout import Sheet, workbook_layout
from tests.quality.conftest import CAMPAIGN, LYON


def _sheet(layout: tuple[Sheet, ...], code: str, *rows: dict[str, str], without: tuple[str, ...] = ()) -> RawSheet:
    sheet = next(sheet for sheet in layout if sheet.code == code)
    columns = [column for column in sheet.columns if column.code not in without]
    table = [[row.get(column.code, "") for column in columns] for row in rows]
    return RawSheet(sheet.label, [[column.label for column in columns], *table])


def _judged(
    referential: Referential, *sheets: RawSheet, campaign: str = CAMPAIGN
) -> tuple[ValidatedBatch, list[Problem]]:
    layout = workbook_layout(referential)
    envelope = _sheet(layout, "etablissement", {"organisation": LYON, "campagne": campaign}, *[{"retrait": "non"}] * 40)
    found = find_structure([envelope, *sheets], layout)
    batch = validate({0: found}, layout, referential, {})
    return batch, decide(0, found, batch, None).problems


def _said(problems: list[Problem]) -> list[tuple[str, str | None, str | None]]:
    return [(each.rule_code, each.sheet, each.found) for each in problems if each.sheet != "Établissement"]


ANSWER = {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort"}


def test_boxes_that_nobody_ticked_are_no_rows(referential: Referential) -> None:
    layout = workbook_layout(referential)
    own = {"cas_usage": f"{LYON}-1", "nom": "Tri des courriers", "besoin": "Lire moins", "fonctions": "Générative"}
    boxes = [{"confidentiel": box} for box in ("non", "FALSE", "Faux", "0")]
    batch, problems = _judged(
        referential, _sheet(layout, "cas_usage", own, *boxes, *boxes, own | {"nom": "", "cas_usage": ""})
    )
    assert [each.rule_code for each in problems if each.sheet == "Établissement"] == ["I0494"]
    assert ("I0494", "Cas d'usage", "8 lignes (lignes 3 à 10)") in _said(problems)
    assert batch.frames["cas_usage"]["row_number"].to_list() == [2, 11]


def test_a_ticked_box_alone_is_a_row_to_mend(referential: Referential) -> None:
    layout = workbook_layout(referential)
    _, problems = _judged(referential, _sheet(layout, "cas_usage", {"confidentiel": "oui"}))
    assert "E0201" in [each.rule_code for each in problems]


def test_repeated_headings_are_told_once(referential: Referential) -> None:
    layout = workbook_layout(referential)
    sheet = _sheet(layout, "evaluations", ANSWER, ANSWER | {"evaluateur": "MED-02"})
    headings = sheet.rows[0]
    rows = [headings, *[row for each in sheet.rows[1:] for row in (each, headings, headings)]]
    batch, problems = _judged(referential, RawSheet(sheet.name, rows))
    assert _said(problems) == [("I0491", "Évaluations", "4 lignes (lignes 3, 4, 6, 7)")]
    assert batch.frames["evaluations"]["evaluateur__value"].to_list() == ["MED-01", "MED-02"]


@pytest.mark.parametrize(
    "total",
    [
        {"evaluateur": "Total", "IMP_1_1": "12"},
        {"evaluateur": "Moyenne", "cas_usage": "2,5", "IMP_1_1": "1,5"},
        {"role": "Sous-total général"},
        {"evaluateur": "TOTAL :"},
    ],
)
def test_a_total_is_told_as_what_it_is(referential: Referential, total: dict[str, str]) -> None:
    layout = workbook_layout(referential)
    batch, problems = _judged(referential, _sheet(layout, "evaluations", ANSWER, total))
    assert _said(problems) == [("W0391", "Évaluations", "1 ligne (ligne 3)")]
    assert batch.frames["evaluations"].height == 1


def test_an_assessor_called_total_is_an_assessor(referential: Referential) -> None:
    layout = workbook_layout(referential)
    batch, _ = _judged(referential, _sheet(layout, "evaluations", ANSWER | {"evaluateur": "TOTAL"}))
    assert batch.frames["evaluations"]["is_taken"].to_list() == [True]


def test_a_deleted_column_is_named(referential: Referential) -> None:
    layout = workbook_layout(referential)
    sheet = _sheet(layout, "evaluations", ANSWER, without=("IMP_1_2", "commentaire"))
    label = next(sheet for sheet in layout if sheet.code == "evaluations").column("IMP_1_2").label
    _, problems = _judged(referential, sheet)
    assert _said(problems) == [("I0493", "Évaluations", f"2 colonnes : « {label} », « Commentaire »")]
    assert not _said(_judged(referential, _sheet(layout, "evaluations", ANSWER))[1])


def test_of_a_csv_it_is_named_where_nearly_all_the_others_are_there(referential: Referential) -> None:
    """Whoever holds nearly all columns had them all; whoever holds few chose what to ask."""
    layout = workbook_layout(referential)
    questions = [column.code for column in next(one for one in layout if one.code == "evaluations").columns[4:]]
    for gone, is_named in ((1, True), (3, True), (12, False), (25, False)):
        sheet = _sheet(layout, "evaluations", ANSWER, without=tuple(questions[-gone:]))
        _, problems = _judged(referential, replace(sheet, is_text=True))
        assert ("I0493" in {problem.rule_code for problem in problems}) == is_named, gone


def test_what_is_said_under_a_catalogues_code_and_does_not_count_is_named(referential: Referential) -> None:
    layout = workbook_layout(referential)
    row = {"cas_usage": "CAT-006", "nom": "Tri des courriers", "axe": "Logistique & Opérations", "minutes_jour": "5"}
    _, problems = _judged(referential, _sheet(layout, "cas_usage", row))
    warned = [each for each in problems if each.rule_code == "W0390"]
    assert [each.expected for each in warned] == [
        "« Surveillance continue des constantes par agent » ; "
        f"ou, si c'est un autre cas d'usage, un code à vous : {LYON}, un tiret, un numéro"
    ]
    told = [each.expected for each in problems if each.rule_code == "I0492"]
    assert told == ["ce que dit le catalogue ; ne comptent pas : Nom du cas d'usage, Axe"]


def test_the_catalogues_own_words_are_not_told(referential: Referential) -> None:
    layout = workbook_layout(referential)
    axes = referential.labels("axes")
    rows = [
        {"cas_usage": row["code"], "nom": row["label"], "besoin": row["need"], "axe": axes[row["axis_code"]]}
        for row in referential.table("use_cases").iter_rows(named=True)
    ]
    _, problems = _judged(referential, _sheet(layout, "cas_usage", *rows))
    assert not {"W0390", "I0492"} & {each.rule_code for each in problems}


@pytest.mark.parametrize("name", ["Détection de lésions", "Lésions sur les images : détection", "detection de lesion"])
def test_a_near_name_is_no_contradiction(referential: Referential, name: str) -> None:
    layout = workbook_layout(referential)
    _, problems = _judged(referential, _sheet(layout, "cas_usage", {"cas_usage": "CAT-001", "nom": name}))
    assert "W0390" not in [each.rule_code for each in problems]


_OWN = "GCS-1;Campagne du GCS;public;2026-06-01;2026-12-18;non\n"


def _rules_of(referential: Referential, campaign: str) -> dict[str, Problem]:
    answer = _sheet(workbook_layout(referential), "evaluations", ANSWER)
    return {each.rule_code: each for each in _judged(referential, answer, campaign=campaign)[1]}


def test_a_demonstrations_campaign_is_answered_in_a_demonstration_alone(
    referential: Referential, tmp_path: Path
) -> None:
    invented, home = "Démonstration 2026", Home(tmp_path)
    refusal = _rules_of(referential, invented)["E0292"]
    assert refusal.expected == "une campagne du GCS : « Campagne 2026 »"
    demonstration = as_demonstration(home)
    assert "E0292" not in _rules_of(demonstration, invented)
    own = home.referential / "campaigns.csv"
    own.write_text(own.read_text("utf-8") + _OWN, "utf-8")
    opened = as_demonstration(home)
    assert "« Campagne du GCS »" in (_rules_of(opened, invented)["E0292"].expected or "")
    assert "E0292" not in _rules_of(opened, "Campagne du GCS")


def test_a_demonstrations_campaign_is_offered_in_a_demonstration_alone(
    referential: Referential, tmp_path: Path
) -> None:
    def offered(known: Referential) -> list[str]:
        return workbook_layout(known)[0].column("campagne").offered

    assert offered(referential) == ["Campagne 2026"]
    assert offered(as_demonstration(Home(tmp_path))) == ["Campagne 2026", "Démonstration 2025", "Démonstration 2026"]


@pytest.mark.parametrize("moved", [("IMP_1_1", "IMP_1_2"), ("evaluateur", "role"), ("IMP_1_1", "EFF_1_1")])
@pytest.mark.parametrize("by_code", [False, True])
def test_a_second_table_under_titles_in_another_order_is_refused_and_never_read_by_the_first_titles(
    referential: Referential, moved: tuple[str, str], by_code: bool
) -> None:
    layout = workbook_layout(referential)
    second = ANSWER | {"evaluateur": "INF-01", "IMP_1_1": "Faible"}
    table = _sheet(layout, "evaluations", ANSWER, second)
    sheet = next(each for each in layout if each.code == "evaluations")
    left, right = ([column.code for column in sheet.columns].index(code) for code in moved)
    titles = [column.code if by_code else column.label for column in sheet.columns]
    swapped = [list(titles), list(table.rows[2])]
    for row in swapped:
        row[left], row[right] = row[right], row[left]
    rows = [*table.rows[:2], [], *swapped]
    batch, problems = _judged(referential, RawSheet(table.name, rows))
    assert batch.frames["evaluations"]["row_number"].to_list() == [2]
    assert batch.frames["evaluations"]["is_taken"].to_list() == [True]
    assert ("E0395", table.name, "2 lignes (lignes 4, 5)") in _said(problems)


def test_a_second_table_ends_where_the_first_titles_come_back(referential: Referential) -> None:
    layout = workbook_layout(referential)
    table = _sheet(layout, "evaluations", ANSWER, *[ANSWER | {"evaluateur": f"INF-0{n}"} for n in (1, 2)])
    first, answer, other, last = table.rows
    batch, problems = _judged(referential, RawSheet(table.name, [first, answer, first[::-1], other[::-1], first, last]))
    assert batch.frames["evaluations"]["row_number"].to_list() == [2, 6]
    assert [rule for rule, _, _ in _said(problems) if rule in ("E0395", "I0491")] == ["E0395", "I0491"]


def test_a_second_table_in_a_text_is_refused_too(referential: Referential) -> None:
    layout = workbook_layout(referential)
    content = "evaluateur;role;cas_usage;IMP_1_1;EFF_1_1;organisation;campagne\n"
    content += f"MED-01;Médecin;CAT-001;Fort;Faible;{LYON};{CAMPAIGN}\n"
    content += "evaluateur;role;cas_usage;EFF_1_1;IMP_1_1;organisation;campagne\n"
    content += f"INF-01;Infirmier;CAT-001;Fort;Faible;{LYON};{CAMPAIGN}\n"
    found = find_structure(read_workbook(content.encode()), layout)
    batch = validate({0: found}, layout, referential, {})
    assert batch.frames["evaluations"]["row_number"].to_list() == [2]
    verdict = decide(0, found, batch, None)
    assert verdict.code == "partielle"
    assert [(count.read, count.taken, count.rejected) for count in verdict.counts] == [(3, 1, 2)]


_WORDS = ["", " ", "Total", "total general", "Somme", "Axe", "CAT-001", "Code du cas d'usage", "non", "12", "Sepsis"]


@given(st.lists(st.lists(st.sampled_from(_WORDS), max_size=6), max_size=8))
def test_rows_cleared_by_their_first_column_are_those_that_no_rule_sets_apart(texts: list[list[str]]) -> None:
    sheet = next(each for each in workbook_layout(load_referential()) if each.code == "cas_usage")
    positions = {column.code: at for at, column in enumerate(sheet.columns[:6])}
    headings = [column.label for column in sheet.columns[:6]]
    apart, rows = Apart(sheet, positions, headings), list(enumerate(texts, start=2))
    if apart._are_cleared(rows):
        assert all(apart._rule(row) is None for row in texts)
    else:
        assert any(not row or not row[0].strip() or apart._is_suspect(row[0]) for row in texts)
