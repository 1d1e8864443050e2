"""Who sends each row of a CSV: its own columns say it, blanks are what all others say, and no row is another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.batch.check import check_file
from quality.reading.envelopes.csv_envelope import by_row
from quality.reading.sheets.structure import find_structure
from quality.verdicts.validation import validate
from quality.verdicts.verdicts import FileVerdict, decide
from sources.referential.loader import Referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import workbook_layout

LYON, SAINT_ETIENNE, CLERMONT = "690781810", "420784878", "630780989"
HEADINGS = "evaluateur;role;cas_usage;IMP_1_1;organisation;campagne;dossier;retrait"


def row(number: int, organisation: str = LYON, campaign: str = "Campagne 2026", dossier: str = "", no: str = "") -> str:
    return f"MED-{number:02};Médecin;CAT-00{number};Fort;{organisation};{campaign};{dossier};{no}"


def judged(referential: Referential, folder: str | None, *rows: str) -> FileVerdict:
    sheets = read_workbook("\r\n".join([HEADINGS, *rows, ""]).encode())
    layout = workbook_layout(referential)
    found = by_row(find_structure(sheets, layout), sheets, layout[0], referential, folder)
    folders = {0: folder} if folder else {}
    return decide(0, found, validate({0: found}, layout, referential, folders), folder)


def told(verdict: FileVerdict) -> list[str]:
    return [f"{each.rule_code}@{each.cell or each.row or ''}" for each in verdict.problems if each.rule_code[0] != "W"]


def test_rows_of_other_organisations_are_refused_one_by_one(referential: Referential) -> None:
    verdict = judged(referential, LYON, row(1), row(2, SAINT_ETIENNE), row(3, CLERMONT))
    assert (verdict.code, told(verdict)) == ("partielle", ["E0104@E3", "E0104@E4"])
    assert verdict.submission is not None and verdict.submission.organisation_code == LYON
    assert [(count.taken, count.rejected) for count in verdict.counts] == [(1, 2)]


@pytest.mark.parametrize("broken", [row(1, "999999999"), row(1, campaign="Campagne 1926"), row(1, SAINT_ETIENNE)])
def test_a_broken_first_row_does_not_refuse_the_others(broken: str, referential: Referential) -> None:
    verdict = judged(referential, LYON, broken, row(2), row(3))
    assert verdict.code == "partielle" and len(told(verdict)) == 1
    assert [(count.taken, count.rejected) for count in verdict.counts] == [(2, 1)]


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("blank", ["organisation", "campaign", "dossier"])
@pytest.mark.parametrize("folder", [LYON, None])
def test_a_blank_is_what_all_others_say_and_is_told(
    place: int, blank: str, folder: str | None, referential: Referential
) -> None:
    rows = [row(number + 1, dossier="Imagerie", **({blank: ""} if number == place else {})) if blank != "dossier"
            else row(number + 1, dossier="" if number == place else "Imagerie") for number in range(3)]  # fmt: skip
    verdict = judged(referential, folder, *rows)
    assert verdict.code == "prise" and verdict.submission is not None
    assert verdict.submission.dossier_code == "imagerie"
    assert [problem.row for problem in verdict.problems if problem.rule_code == "I0445"] == [place + 2]


def test_a_blank_among_several_is_nobody_s(referential: Referential) -> None:
    verdict = judged(referential, LYON, row(1), row(2, SAINT_ETIENNE), row(3, ""))
    assert told(verdict) == ["E0104@E3", "E0245@E4"]


def test_several_organisations_without_a_folder_are_asked_apart(referential: Referential) -> None:
    verdict = judged(referential, None, row(1), row(2, SAINT_ETIENNE))
    assert verdict.code == "refusee" and told(verdict) == ["E0140@"]


def test_the_same_submission_in_other_words_is_one(referential: Referential) -> None:
    rows = (row(1), row(2, f" {LYON} ", "CAMPAGNE 2026", no="non"), row(3, "6907 81810"))
    assert judged(referential, LYON, *rows).code == "prise"


def test_a_withdrawal_on_some_rows_only_withdraws_nothing(referential: Referential) -> None:
    verdict = judged(referential, LYON, row(1, no="oui"), row(2))
    assert verdict.code == "refusee" and told(verdict) == ["E0141@H3"]
    assert judged(referential, LYON, row(1, no="oui"), row(2, no="oui")).code == "retrait"


def test_three_organisations_without_a_folder_are_not_counted_for_the_first(
    referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "envoi.csv"
    path.write_text("\n".join([HEADINGS, row(1), row(2, SAINT_ETIENNE), row(3, CLERMONT)]), encoding="utf-8")
    verdict = check_file(path, referential).verdict
    assert verdict.code == "refusee" and sum(count.taken for count in verdict.counts) == 0
