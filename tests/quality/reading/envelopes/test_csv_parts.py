"""A CSV of several campaigns and dossiers: each is a submission of its own, as if its rows had been sent alone."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from quality.batch import batch
from quality.batch.check import check_with_inner_files
from quality.batch.purge import purge
from quality.reading.envelopes.csv_envelope import by_row
from quality.reading.envelopes.csv_parts import MAX_PARTS
from quality.reading.sheets.structure import FoundWorkbook, find_structure
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import ENVELOPE, workbook_layout
from tests.quality.conftest import LYON
from tests.quality.reading.envelopes.test_csv_envelope import HEADINGS, SAINT_ETIENNE, row

REFERENTIAL = load_referential()
LAYOUT = workbook_layout(REFERENTIAL)
OTHER_CAMPAIGN = "Campagne 2025"


def text_of(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\r\n".join([headings, *rows, ""]).encode()


def drop(home: Home, referential: Referential, content: bytes, name: str = "reponses.csv") -> batch.BatchReport:
    target = home.intake / LYON / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    archive.receive(home)
    return batch.process(home, referential)


def found_in(content: bytes, folder: str | None = LYON) -> FoundWorkbook:
    sheets = read_workbook(content)
    return by_row(find_structure(sheets, LAYOUT), sheets, LAYOUT[0], REFERENTIAL, folder)


def answers(home: Home) -> set[tuple[str, str, int]]:
    """Dossier, use case and row number of each assessment in the lake that counts."""
    submissions = lake.read(home.lake, "submissions").select("reception_number", "dossier_code")
    assessments = lake.read(home.lake, "assessments")
    joined = assessments.join(submissions, on="reception_number")
    return set(joined.select("dossier_code", "use_case_code", "row_number").iter_rows())


def test_each_dossier_is_a_submission_whose_rows_keep_their_numbers(home: Home, referential: Referential) -> None:
    rows = [row(1, dossier="Imagerie"), row(2, dossier="urgences"), row(3, SAINT_ETIENNE), row(4, dossier="imagerie")]
    report = drop(home, referential, text_of(*rows))
    assert report.verdict_counts == {"envois": 1, "prise": 2}
    whole, imaging, urgent = archive.receptions(home)
    assert [(each.file_name, each.derived_from, each.received_at) for each in (imaging, urgent)] == [
        ("reponses – 2026-1 – imagerie.csv", whole.number, whole.received_at),
        ("reponses – 2026-1 – urgences.csv", whole.number, whole.received_at),
    ]
    assert answers(home) == {
        ("imagerie", "CAT-001", 2), ("urgences", "CAT-002", 3), ("imagerie", "CAT-004", 5)
    }  # fmt: skip
    [page] = (home.receipts / LYON).glob(f"{whole.number:06d}_*.html")
    said = page.read_text().replace("\u00a0", " ")
    assert "plusieurs envois" in said and "2026-1, imagerie (lignes 2, 5)" in said and "E0104" in said
    assert "Partagé en plusieurs envois" in (home.receipts / LYON / "index.html").read_text()


def test_made_again_the_lake_is_the_same_and_a_stopped_pass_brings_nothing_twice(
    home: Home, referential: Referential
) -> None:
    drop(home, referential, text_of(row(1, dossier="a"), row(2, dossier="b"), row(3, dossier="c")))
    before, names = answers(home), [each.file_name for each in archive.receptions(home)]
    last = archive.last_number(home)
    (home.archive / "receptions" / f"{last:09d}.json").unlink()  # stopped before the last one
    shutil.rmtree(home.lake)
    batch.process(home, referential)
    assert answers(home) == before and [each.file_name for each in archive.receptions(home)] == names
    again = drop(home, referential, text_of(row(1, dossier="a"), row(2, dossier="b")))
    assert again.verdict_counts == {"envois": 1, "sans_changement": 2}


def test_a_purge_of_the_file_takes_its_parts_and_one_of_a_part_the_file(home: Home, referential: Referential) -> None:
    drop(home, referential, text_of(row(1, dossier="a"), row(2, dossier="b")))
    whole, first, second = archive.receptions(home)
    report = purge(home, referential, first.content_sha256, "demande du DPO", "moi")
    assert report.numbers == [whole.number, first.number]
    assert {dossier for dossier, _, _ in answers(home)} == {"b"}
    shutil.rmtree(home.lake)
    batch.process(home, referential)
    assert {dossier for dossier, _, _ in answers(home)} == {"b"}
    drop(home, referential, text_of(row(3, dossier="c"), row(4, dossier="d")), "autre.csv")
    other = next(each for each in archive.receptions(home) if each.file_name == "autre.csv")
    assert len(purge(home, referential, other.content_sha256, "demande du DPO", "moi").numbers) == 3
    assert {dossier for dossier, _, _ in answers(home)} == {"b"} and second.number < other.number


def test_a_blank_is_filled_in_each_part_and_told_of_the_file(home: Home, referential: Referential) -> None:
    report = drop(home, referential, text_of(row(1, dossier="a"), row(2, "", dossier="b"), row(3, "", dossier="b")))
    assert report.verdict_counts == {"envois": 1, "prise": 2}
    problems = lake.read(home.lake, "problems")
    assert set(problems.filter(problems["rule_code"] == "I0445")["reception_number"]) == {1}


def test_what_is_to_be_mended_stands_first(tmp_path: Path, referential: Referential) -> None:
    path = tmp_path / "reponses.csv"
    path.write_bytes(text_of(row(1, dossier="a"), row(2, "", dossier="b"), row(3, campaign="Campagne 1926")))
    whole = next(iter(check_with_inner_files(path, referential)))
    assert whole.verdict.problems[0].rule_code == "E0202"
    assert "1 ligne à corriger" in whole.answer.summary


def test_check_shows_the_file_then_each_of_its_submissions(tmp_path: Path, referential: Referential) -> None:
    path = tmp_path / "reponses.csv"
    path.write_bytes(text_of(row(1, dossier="a"), row(2, dossier="b"), row(3, dossier="b")))
    whole, *parts = check_with_inner_files(path, referential)
    assert whole.verdict.code == "envois" and [count.taken for count in whole.verdict.counts] == [3]
    assert [(p.path.name, p.verdict.submission and p.verdict.submission.dossier_code) for p in parts] == [
        ("reponses – 2026-1 – a.csv", "a"), ("reponses – 2026-1 – b.csv", "b")
    ]  # fmt: skip
    result = CliRunner().invoke(app, ["check", str(path), "--json", str(tmp_path / "json")])
    assert result.exit_code == 0 and len(list((tmp_path / "json").iterdir())) == 3


@pytest.mark.parametrize(
    ("count", "code"), [(MAX_PARTS, "I0480"), (MAX_PARTS + 1, "E0140")], ids=["as many as may be", "one more"]
)
def test_a_file_of_very_many_submissions_is_asked_apart(count: int, code: str) -> None:
    found = found_in(text_of(*(row(n % 9 + 1, dossier=f"d{n}") for n in range(count))))
    assert [each.rule_code for each in found.problems if each.rule_code in ("I0480", "E0140")] == [code]
    assert len(found.parts) == (count if code == "I0480" else 0)


def test_several_tables_of_a_zip_are_divided_together() -> None:
    use_cases = "cas_usage;nom;besoin;organisation;campagne;dossier"
    described = [f"{LYON}-{d};Tri des courriers;Lire moins;{LYON};Campagne 2026;{d}" for d in "ab"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("evaluations.csv", text_of(row(1, dossier="a"), row(2, dossier="b"), row(3, dossier="c")))
        zipped.writestr("cas_usage.csv", text_of(*described, headings=use_cases))
    found = found_in(packed.getvalue())
    assert {part.name: sum(part.row_counts.values()) for part in found.parts} == {
        "2026-1 – a": 2, "2026-1 – b": 2, "2026-1 – c": 1
    }  # fmt: skip
    assert found_in(found.parts[0].content).sheets.keys() == {"evaluations", "cas_usage", ENVELOPE}


TEXTS = st.text("aé ;,\t\n\"'|:\\#=€", max_size=12)
LINES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["Fort", "Faible", "#N/A", ""]), TEXTS), min_size=2,
    max_size=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, delimiter=st.sampled_from(";,\t|"))
def test_each_row_is_read_in_its_part_as_in_the_file_or_the_file_is_refused(
    lines: list[tuple[str, str, str]], delimiter: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(HEADINGS.replace("retrait", "commentaire").split(";"))
    for number, (dossier, answer, text) in enumerate(lines):
        writer.writerow([f"MED-{number}", "Médecin", "CAT-001", answer, LYON, "Campagne 2026", dossier, text])
    content = written.getvalue().encode()
    whole = found_in(content)
    if not whole.parts:
        assert len({dossier for dossier, _, _ in lines}) == 1 or whole.is_refused or whole.row_problems
        return
    [sheet] = [part for code, part in whole.sheets.items() if code != ENVELOPE]
    read: dict[int, list[str]] = {}
    for part in whole.parts:
        found = found_in(part.content)
        [alone] = [each for code, each in found.sheets.items() if code != ENVELOPE]
        assert alone.positions == sheet.positions and not found.row_problems
        assert {cells[-2] for _, cells in alone.rows} == {part.name.split(" – ")[-1]}
        read |= dict(alone.rows)
    assert read == dict(sheet.rows)
