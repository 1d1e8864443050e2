"""The three answers to a file: they agree, follow their schema, and say what a corrected file mends."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from quality.answers import receipts
from quality.batch.batch import answer_set_aside, process
from quality.verdicts.history import History
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import Referential
from tests.quality.conftest import GRENOBLE, LYON, Rows, submission

Drop = Callable[..., Path]
SCHEMA = Path(receipts.__file__).with_name("receipt.schema.json")


@pytest.fixture
def take(home: Home, referential: Referential) -> Callable[[], Any]:
    def take_all() -> None:
        archive.receive(home)
        process(home, referential)

    return take_all


def faulty() -> Rows:
    rows = submission()
    rows["evaluations"] = [
        {"evaluateur": f"MED-{number:02d}", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Enorme !"}
        for number in range(1, 6)
    ]
    rows["evaluations"][2]["IMP_1_1"] = "Fort"
    rows["cas_usage"][1] |= {"minutes_jour": "beaucoup", "axe": "<i>=Nulle part</i>"}
    rows["cas_usage"][0]["besoin"] = "écrire à jeanne.canari@exemple.fr"
    return rows


def answer(home: Home, number: int, folder: str = LYON) -> dict[str, Any]:
    return json.loads(next((home.receipts / folder).glob(f"{number:06d}_*.json")).read_text())


def page(home: Home, number: int, folder: str = LYON) -> str:
    return next((home.receipts / folder).glob(f"{number:06d}_*.html")).read_text()


def index_states(home: Home, folder: str = LYON) -> list[tuple[int, str]]:
    text = (home.receipts / folder / "index.html").read_text()
    numbers = re.findall(r'<td class="n">(\d+)</td>\n<td>\d\d/', text)
    states = re.findall(r'<td class="state \w+">([^<]+)</td>', text)
    return [(int(number), state) for number, state in zip(numbers, states, strict=True)]


def test_page_json_and_workbook_tell_the_same(home: Home, drop: Drop, take: Callable) -> None:
    drop(faulty())
    take()
    content, text = answer(home, 1), page(home, 1)
    problems = Counter((p["rule_code"], p["sheet"], p["cell"]) for p in content["problems"])
    assert {"E0202", "E0203", "W0503"} <= {rule for rule, *_ in problems}

    in_page: Counter[tuple[str, str | None, str | None]] = Counter()
    rows = re.findall(r'<tr data-rule="(\w+)" data-sheet="([^"]*)" data-cells="([^"]*)" data-count="(\d+)"', text)
    for rule, sheet, cells, count in rows:
        listed = cells.split() or [None] * int(count)
        in_page.update((rule, html.unescape(sheet) or None, cell) for cell in listed)
    assert in_page.keys() == {(r, s, c) for r, s, c in problems}
    assert sum(int(count) for *_, count in rows) == len(content["problems"])

    book = load_workbook(home.receipts / LYON / content["files"]["xlsx"])
    lines = [row for row in book["Réponse"].iter_rows(values_only=True) if re.fullmatch(r"[EWI]\d{4}", row[7] or "")]
    assert Counter(row[7] for row in lines) == Counter(p["rule_code"] for p in content["problems"])
    assert {(row[1], row[2]) for row in lines if row[2] and row[2][0].isupper()} == {
        (p["sheet"], p["cell"]) for p in content["problems"] if p["cell"]
    }
    for problem in content["problems"]:
        if problem["cell"]:
            comment = book[problem["sheet"]][problem["cell"]].comment.text
            assert problem["rule_code"] in comment
            assert (problem["found"] or "") in comment
    words = [cell for row in book["Réponse"].iter_rows(values_only=True) for cell in row if cell]
    for said in (content["verdict_label"], content["summary"]):
        assert html.escape(said[:40]) in text.replace("\u00a0", " ").replace("&#39;", "'")
        assert any(said in word for word in words)


def test_identical_errors_are_grouped_in_the_page_and_whole_in_json(home: Home, drop: Drop, take: Callable) -> None:
    drop(faulty())
    take()
    assert "lignes 3, 4, 6, 7" in page(home, 1)
    assert [p["cell"] for p in answer(home, 1)["problems"] if p["found"] == "Enorme !"] == ["E3", "E4", "E6", "E7"]


def test_json_follows_its_schema_whatever_the_verdict(
    home: Home, drop: Drop, take: Callable, referential: Referential
) -> None:
    path = drop(faulty(), name="a.xlsx")
    (path.parent / "b.xlsx").write_bytes(b"\x89PNG not a workbook")
    withdrawn = submission()
    withdrawn["etablissement"][0]["retrait"] = "oui"
    drop(submission(), name="c.xlsx")
    drop(withdrawn, name="d.xlsx")
    drop(submission(GRENOBLE), name="e.xlsx")
    take()
    archive.set_aside(home, 3, "essai")
    answer_set_aside(home, referential, [3])
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["version"]["const"] == receipts.RECEIPT_VERSION
    verdicts = []
    for number in range(1, 6):
        content = answer(home, number)
        Draft202012Validator(schema).validate(content)
        verdicts.append(content["verdict"])
    assert verdicts == ["partielle", "refusee", "mise_de_cote", "retrait", "refusee"]


def test_a_corrected_file_is_told_what_it_mends(home: Home, drop: Drop, take: Callable) -> None:
    drop(faulty())
    take()
    rows = faulty()
    rows["evaluations"][0]["IMP_1_1"] = "Fort"
    rows["cas_usage"][1]["minutes_jour"] = 12
    rows["evaluations"].insert(0, {"evaluateur": "DSI-01", "role": "DSI", "cas_usage": "CAT-001", "IMP_1_1": "Faible"})
    drop(rows, name="corrigé.xlsx")
    take()
    content = answer(home, 2)
    assert content["mended_since"] == 1
    mended = sorted((p["rule_code"], p["sheet"], p["found"]) for p in content["mended"])
    assert ("E0202", "Évaluations", "Enorme !") in mended
    assert ("E0203", "Cas d'usage", "beaucoup") in mended
    assert len([p for p in mended if p[2] == "Enorme !"]) == 1  # Rows moved: the three others are still there.
    assert "Corrigé depuis l'envoi précédent (n° 1)".replace("'", "&#39;") in page(home, 2).replace("\u00a0", " ")
    book = load_workbook(home.receipts / LYON / content["files"]["xlsx"])
    column = [row[0] for row in book["Réponse"].iter_rows(values_only=True)]
    assert column.count("Corrigé") == len(mended)


def test_the_page_escapes_what_it_quotes_and_needs_no_network(home: Home, drop: Drop, take: Callable) -> None:
    drop(faulty(), name="a&b<img src=x>.xlsx")
    take()
    text = page(home, 1)
    assert "&lt;i&gt;=Nulle part&lt;/i&gt;" in text
    assert "<img" not in text
    assert not re.search(r"(src|href)=.?https?:|@import|url\(", text)
    assert "<img" not in (home.receipts / LYON / "index.html").read_text()


def test_no_answer_shows_personal_data(home: Home, drop: Drop, take: Callable) -> None:
    drop(faulty(), name="pour jeanne.canari@exemple.fr.xlsx")
    take()
    assert answer(home, 1)["masked"]
    for path in (home.receipts / LYON).iterdir():
        assert "canari" not in path.name
        assert b"canari" not in path.read_bytes()


def test_the_index_lists_every_file_with_its_state_now(
    home: Home, drop: Drop, take: Callable, referential: Referential
) -> None:
    path = drop(submission())
    first = path.read_bytes()
    take()
    assert index_states(home) == [(1, "Compte")]
    drop(faulty())
    take()
    (home.intake / LYON / "photo.xlsx").write_bytes(b"\x89PNG not a workbook")
    take()
    assert index_states(home) == [(3, "Refusé"), (2, "Compte"), (1, "Remplacé")]
    path.write_bytes(first)
    take()
    path.write_bytes(first)
    take()
    assert index_states(home)[:2] == [(5, "Identique au précédent"), (4, "Compte")]
    withdrawn = submission()
    withdrawn["etablissement"][0]["retrait"] = "oui"
    drop(withdrawn)
    take()
    assert dict(index_states(home))[6] == "Retrait enregistré"
    assert dict(index_states(home))[4] == "Retiré"
    archive.set_aside(home, 2, "essai")
    for gone in (home.receipts / LYON).glob("000001_*"):
        gone.unlink()
    states = History.load(home.lake, set(archive.quarantined_numbers(home))).states
    receipts.write_index(home, referential, LYON, states)
    found = dict(index_states(home))
    assert (found[1], found[2]) == ("Purgé", "Mis de côté")


def test_an_index_that_was_lost_is_written_again(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission())
    take()
    (home.receipts / LYON / "index.html").unlink()
    drop(faulty())
    take()
    assert index_states(home) == [(2, "Compte"), (1, "Remplacé")]


def test_the_index_links_the_three_answers(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission(), name="envoi n° 1.xlsx")
    take()
    text = (home.receipts / LYON / "index.html").read_text()
    from urllib.parse import unquote

    for link in re.findall(r'href="([^"]+)"', text):
        assert (home.receipts / LYON / unquote(link)).exists()
    assert len(re.findall("href=", text)) == 3


def test_a_form_export_and_each_of_its_responses_are_answered(home: Home, referential: Referential) -> None:
    from tests.sources.forms.exports_by_hand import as_xlsx, kobo_tables

    folder = home.intake / LYON
    folder.mkdir(parents=True)
    (folder / "export.xlsx").write_bytes(as_xlsx(kobo_tables("SUPER")))
    archive.receive(home)
    process(home, referential)
    states = dict(index_states(home))
    assert states[1] == "Export de formulaire lu"
    assert set(states) == {1, 2, 3}
    schema = json.loads(SCHEMA.read_text())
    wrong = []
    for number in states:
        content = answer(home, number)
        Draft202012Validator(schema).validate(content)
        book = load_workbook(home.receipts / LYON / content["files"]["xlsx"])
        assert book.sheetnames[0] == "Réponse"
        assert content["annotated"]["is_original"] is (number == 1)
        wrong += [
            book[problem["sheet"]][problem["cell"]].value
            for problem in content["problems"]
            if problem["rule_code"] == "E0202"
        ]
    assert wrong == ["SUPER"]
