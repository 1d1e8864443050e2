"""Two ways to one shape: what Python says of a text and what Polars says of a column of it are the same."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.reading.normalise import clean, is_unclean, label_key, label_key_expression
from quality.reading.sheets.structure import find_structure
from quality.verdicts.validation import validate
from sources.referential.loader import Referential
from sources.text.characters import BLANK, DASHES, INVISIBLE, shows_as_written, visible
from sources.workbook.door import admitted
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import workbook_layout
from tests.quality.conftest import CAMPAIGN, LYON

_ASSIGNED = st.characters(exclude_categories=("Cs", "Cn"))
_FRENCH = st.sampled_from("aàâäeéèêëiîïoôöuùûüçœæÉŒßAZz09 ’'-–—.&/()«»\u00a0\u202f\u00ad\u200b\u0301\u0327ﬁ²ª№ⅣKẞİſ")
TEXTS = st.text(st.one_of(_FRENCH, _ASSIGNED), max_size=25)


def _over(text: str, expression: pl.Expr) -> str | None:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(expression).item()


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_a_label_has_one_key_in_python_and_in_polars(text: str) -> None:
    assert _over(text, label_key_expression(pl.col("text"))) == label_key(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_what_is_clean_is_left_as_it_is_and_cleaning_ends(text: str) -> None:
    cleaned = _over(text, clean(pl.col("text")))
    assert is_unclean(pl.Series([text])).item() or cleaned == text or not text
    assert cleaned is None or not is_unclean(pl.Series([cleaned])).item()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_what_came_through_the_door_shows_all_that_it_holds(text: str) -> None:
    shown = visible(text)
    assert shows_as_written(shown)
    assert unicodedata.is_normalized("NFC", shown)
    assert shown == text or not shows_as_written(text)
    assert label_key(shown) == label_key(text) or "?" in shown


def test_the_classes_of_characters_do_not_overlap() -> None:
    frame = pl.DataFrame({"letter": [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]})
    letter = pl.col("letter")
    classes = [letter.str.contains(f"[{one}]") for one in (INVISIBLE, BLANK, DASHES, r"\s")]
    assert frame.filter(pl.sum_horizontal(classes) > 1).is_empty()


_UNSEEN = ["\u200b", "\u00ad", "\ufeff", "\u2060", "\u202e", "\ufe0f", "\U000e0041", "\x00", "\u200d"]
_BLANKS = ["\u00a0", "\u202f", "\u2009", "\u3000", "\u3164", "\u2800", "\t", " "]


def _sheets(name: str, codes: list[str], comment: str) -> list[RawSheet]:
    headings = ["Code de l'évaluateur", "Rôle", "Cas d'usage", "Commentaire"]
    rows = [[codes[0], "Médecin", codes[1], comment]]
    envelope = RawSheet("Établissement", [["N° FINESS juridique ou code", "Campagne"], [codes[2], CAMPAIGN]])
    return [envelope, RawSheet(name, [headings, *rows])]


def _facts(referential: Referential, sheets: list[RawSheet]) -> tuple[list[tuple[str, ...]], set[str]]:
    """What is taken, as the lake would hold it, and the rules that refuse."""
    layout = workbook_layout(referential)
    found = find_structure(admitted(sheets), layout)
    batch = validate({0: found}, layout, referential, {})
    frame = batch.frames["evaluations"].filter("is_taken")
    columns = [f"{code}__value" for code in ("evaluateur", "role", "cas_usage", "commentaire")]
    refusals = {each.rule_code for each in batch.problems[0] if each.rule.severity == "erreur"}
    return frame.select(columns).rows(), refusals


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_dashes_blanks_and_what_does_not_show_give_the_same_facts_or_a_refusal(
    referential: Referential, data: st.DataObject
) -> None:
    def disguised(text: str) -> str:
        for dash in range(text.count("-")):
            text = text.replace("-", data.draw(st.sampled_from([*"‐‑‒–—―−﹘﹣－", "-"]), label=f"dash {dash}"), 1)
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from([*_UNSEEN, ""])) + text[at:]
        ends = st.sampled_from([*_BLANKS, ""])
        text = data.draw(ends) + text + data.draw(ends)
        return unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), text)

    plain = _facts(referential, _sheets("Évaluations", ["MED-01", f"{LYON}-7", LYON], "Relu – deux fois"))
    assert plain[0] == [("MED-01", "medecin", f"{LYON}-7", "Relu – deux fois")]
    codes = [disguised(code) for code in ("MED-01", f"{LYON}-7", LYON)]
    assert _facts(referential, _sheets(disguised("Évaluations"), codes, "Relu – deux fois")) == plain


@pytest.mark.parametrize(
    "column, written",
    [(0, "МED-01"), (0, "MEDı-01"), (0, "MED-０1²"), (1, "CАT-001"), (2, "69078181٠")],
)
def test_a_letter_of_another_alphabet_is_never_another_code(
    referential: Referential, column: int, written: str
) -> None:
    codes = ["MED-01", "CAT-001", LYON]
    codes[column] = written
    layout = workbook_layout(referential)
    found = find_structure(admitted(_sheets("Évaluations", codes, "")), layout)
    batch = validate({0: found}, layout, referential, {})
    [refusal] = [each for each in batch.problems[0] if each.rule.severity == "erreur"]
    assert refusal.rule_code in ("E0208", "E0209", "E0210")
    assert "la cellule contient « " in (refusal.expected or "")


def test_a_lost_character_is_refused_and_what_did_not_show_is_said(referential: Referential) -> None:
    layout = workbook_layout(referential)
    sheets = _sheets("Évaluations", ["MED\u00ad-01", "CAT-001", LYON], "R\ufffddaction")
    found = find_structure(admitted(sheets), layout)
    problems = validate({0: found}, layout, referential, {}).problems[0]
    said = [(each.rule_code, each.cell, each.found) for each in problems if each.rule_code != "W0308"]
    assert said == [
        ("I0490", "A2", "trait d'union conditionnel (U+00AD)"),
        ("E0290", "D2", "caractère illisible : R[caractère perdu (U+FFFD)]daction"),
    ]
