"""The guard over whole workbooks: every sheet and column, headings, names; and clean files left as they are."""

from __future__ import annotations

from quality.privacy.guard import guard
from quality.privacy.kinds import BIRTH_DATE, EMAIL, NIR, PHONE
from quality.verdicts.verdicts import MaskedCell
from sources.workbook.reading import RawSheet
from tests.quality.privacy.test_detectors import nir

ADDRESS = "jean.dupont@chu.fr"


def test_a_clean_workbook_is_given_back_as_it_is() -> None:
    sheets = [RawSheet("Évaluations", [["Évaluateur", "Rôle"], ["MED-01", "Médecin"], ["690781810-1", "2026-03-15"]])]
    guarded = guard(sheets)
    assert guarded.sheets[0] is sheets[0]
    assert (guarded.masked, guarded.problems) == ([], [])


def test_a_cell_is_masked_on_any_sheet_and_named_without_being_quoted() -> None:
    text = f"voir {ADDRESS} ou 06 12 34 56 78"
    extra = [["", "x"]] * 30 + [["", "", text]]
    sheets = [RawSheet("Cas d'usage", [["Nom"], [nir()]]), RawSheet("Mes notes", extra)]
    guarded = guard(sheets)
    masked = f"voir {EMAIL.mask} ou {PHONE.mask}"
    assert guarded.masked == [MaskedCell("Cas d'usage", 2, 0, NIR.mask), MaskedCell("Mes notes", 31, 2, masked)]
    assert [(p.rule_code, p.sheet, p.row, p.cell) for p in guarded.problems] == [
        ("W0501", "Cas d'usage", 2, "A2"),
        ("W0503", "Mes notes", 31, "C31"),
        ("W0504", "Mes notes", 31, "C31"),
    ]
    assert guarded.sheets[1].rows[30] == ["", "", masked]
    assert not any(secret in repr(guarded) for secret in (ADDRESS, "06 12 34 56 78", nir()))
    assert sheets[1].rows[30] == ["", "", text]


def test_what_a_heading_announces_is_masked_below_it_and_on_its_right() -> None:
    rows = [
        ["Nom", "Date de naissance", "Téléphone", "NIR", "Date de l'envoi"],
        ["Dupont", "1956-03-12", "612345678", "1850578006084", "2026-03-15"],
        ["Martin", "inconnue", "040506", "", "2026-03-15"],
        ["Né(e) le", "12/03/1956", "", "", ""],
    ]
    sheet = guard([RawSheet("Contacts", rows)]).sheets[0]
    assert sheet.rows[1] == ["Dupont", BIRTH_DATE.mask, PHONE.mask, NIR.mask, "2026-03-15"]
    assert sheet.rows[2] == rows[2]
    assert sheet.rows[3][1] == BIRTH_DATE.mask


def test_a_word_in_a_text_is_no_heading() -> None:
    rows = [["Application mobile de suivi de grossesse pour les patientes"], ["690781810"], ["Date"], ["1956-03-12"]]
    assert guard([RawSheet("Cas d'usage", rows)]).masked == []


def test_the_name_of_a_sheet_and_what_an_error_cell_shows_are_masked_too() -> None:
    guarded = guard([RawSheet(ADDRESS, [["a"]], {(0, 0): nir()})])
    assert guarded.sheets[0].name == EMAIL.mask
    assert guarded.sheets[0].errors == {(0, 0): NIR.mask}
    assert [p.rule_code for p in guarded.problems] == ["W0506"]


def test_a_cell_far_down_a_long_sheet_is_found() -> None:
    rows = [[f"texte {index}", "Fort"] for index in range(10_000)]
    rows[7_654][0] = f"appeler {ADDRESS}"
    guarded = guard([RawSheet("Longue", rows)])
    assert [(cell.row, cell.column) for cell in guarded.masked] == [(7_655, 0)]
    assert guarded.sheets[0].rows[0] is rows[0]
