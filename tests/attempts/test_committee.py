"""Workbooks that members of a committee and coordinators give back, read on the command line of whoever runs it.

Establishments' own are in test_file.py and test_shapes.py: these are read by the same reader, within the same bounds.
"""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.products.weights.answers import WeightsError, read_members
from pipelines.products.weights.questions import EQUAL, write_questions
from quality.duplicates import applying
from quality.duplicates.applying import DecisionsError
from quality.duplicates.decisions import current_decisions
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.pool import ReaderPool

DAY = date(2026, 11, 1)
PERSON = "06 12 34 56 78"


@pytest.fixture
def answered(referential: Referential, tmp_path: Path) -> Path:
    """A member's workbook with every pair answered, and a telephone number for a role."""
    path = tmp_path / "com-01.xlsx"
    count = write_questions(path, referential, DAY)
    book = openpyxl.load_workbook(path)
    book["Membre"]["B1"], book["Membre"]["B2"] = "COM-01", f"Direction, {PERSON}"
    for row in range(2, count + 2):
        book["Comparaisons"][f"D{row}"] = EQUAL
    book.save(path)
    return path


def test_what_a_member_says_of_itself_is_archived_without_personal_data(
    answered: Path, referential: Referential
) -> None:
    """A telephone number in the act, which is kept for ever and which no purge of a file reaches."""
    [member] = read_members([answered], referential, DAY)
    assert member.role.startswith("Direction") and PERSON not in member.role


def test_more_wrong_lines_than_anybody_reads(answered: Path, referential: Referential) -> None:
    """Twenty-four megabytes of sentences on whoever's screen, for a workbook of one and a half."""
    book = openpyxl.load_workbook(answered)
    for row in range(20, 3_000):
        book["Comparaisons"][f"F{row}"] = "X"
    book.save(answered)
    with pytest.raises(WeightsError) as told:
        read_members([answered], referential, DAY)
    lines = str(told.value).splitlines()
    assert len(lines) == 21 and lines[-1].endswith("et 2960 autres lignes.")


def test_a_pipe_in_the_place_of_a_workbook(referential: Referential, tmp_path: Path) -> None:
    """A command that waits for ever."""
    os.mkfifo(tmp_path / "com-02.xlsx")
    with pytest.raises(WeightsError, match="pas un fichier"):
        read_members([tmp_path / "com-02.xlsx"], referential, DAY)


def test_a_workbook_that_asks_too_much_ends_its_reader_alone(
    answered: Path, referential: Referential, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte and half a minute of the process that holds the archive's lock."""
    book = openpyxl.load_workbook(answered)
    for row in range(20, 30_000):
        book["Comparaisons"][f"F{row}"] = f"{row} " * 20
    book.save(answered)
    readers = ReaderPool(memory_bytes=2**20)
    monkeypatch.setattr("pipelines.products.weights.answers.READERS", readers)
    monkeypatch.setattr(applying, "READERS", readers)
    try:
        with pytest.raises(WeightsError, match="plus de mémoire"):
            read_members([answered], referential, DAY)
        with pytest.raises(DecisionsError, match="plus de mémoire"):
            applying.apply_decisions(answered, home, referential)
    finally:
        readers.close()


def test_the_reason_of_a_decision_is_archived_without_personal_data(home_copy: Home, tmp_path: Path) -> None:
    """As above, for pairs of use cases."""
    path = tmp_path / "doublons.xlsx"
    assert CliRunner().invoke(app, ["duplicates", "export", str(path), "--home", str(home_copy.root)]).exit_code == 0
    shutil.copy(path, tmp_path / "rempli.xlsx")
    book = openpyxl.load_workbook(tmp_path / "rempli.xlsx")
    sheet = book[applying.PAIRS_SHEET]
    headings = {column.code: column.label for column in applying.COLUMNS}
    at = {cell.value: cell.column for cell in sheet[1]}
    for code, said in (("decision", "différents"), ("decided_by", "Comité"), ("reason", f"Appelé au {PERSON}")):
        sheet.cell(2, at[headings[code]], said)
    book.save(tmp_path / "rempli.xlsx")
    told = CliRunner().invoke(
        app, ["duplicates", "apply", str(tmp_path / "rempli.xlsx"), "--home", str(home_copy.root)]
    )
    assert told.exit_code == 0, told.output
    kept = [each for each in home_copy.archive.rglob("*.json") if "Appelé au" in each.read_text()]
    assert kept and not any(PERSON in each.read_text() for each in kept)


def test_an_old_workbook_of_duplicates_undoes_no_later_decision(home_copy: Home, tmp_path: Path) -> None:
    """Sent again by mistake, it reunited what had been kept apart since, without a word."""
    empty = tmp_path / "doublons.xlsx"
    assert CliRunner().invoke(app, ["duplicates", "export", str(empty), "--home", str(home_copy.root)]).exit_code == 0

    def apply(decision: str, day: str) -> Result:
        book = openpyxl.load_workbook(empty)
        sheet = book[applying.PAIRS_SHEET]
        at = {cell.value: cell.column for cell in sheet[1]}
        said = {"decision": decision, "decided_by": "Comité", "decided_on": day, "reason": "Lu"}
        codes = {"use_case_code": "CAT-001", "other_code": "CAT-002"}
        for column in applying.COLUMNS:
            if column.code in said | codes:
                sheet.cell(2, at[column.label], (said | codes)[column.code])
        book.save(tmp_path / "rempli.xlsx")
        return CliRunner().invoke(
            app, ["duplicates", "apply", str(tmp_path / "rempli.xlsx"), "--home", str(home_copy.root)]
        )

    assert apply("même cas d'usage", "01/01/2026").exit_code == 0
    assert apply("différents", "02/02/2026").exit_code == 0
    again = apply("même cas d'usage", "01/01/2026")
    assert again.exit_code == 1 and "une décision du 02/02/2026" in again.output
    assert "dans l'avenir" in apply("même cas d'usage", "31/12/9999").output
    assert [each.decision_code for each in current_decisions(home_copy).values()] == ["different"]
    assert apply("même cas d'usage", "").exit_code == 0, "today's is the latest"


@pytest.mark.parametrize(
    "changed",
    [
        {"--label": f"Appelé au {PERSON}"},
        {"--by": "jean.dupont@chu.fr"},
        {"--reason": f"Vu avec {PERSON}"},
        {"--label": "Équilibré\u200b"},
        {"--label": "deux\nlignes"},
        {"--label": "A" * 5_000},
    ],
)
def test_the_act_of_a_profile_names_nobody_and_shows_as_written(
    answered: Path, home: Home, changed: dict[str, str]
) -> None:
    """Archived for ever and shown on each page: the members were masked, the words of the act were not."""
    said = {"--code": "comite_2026", "--label": "Comité 2026", "--by": "Comité", "--reason": "Vote"} | changed
    book = openpyxl.load_workbook(answered)
    book["Membre"]["B2"] = "Direction"
    book.save(answered)
    words = [word for option in said.items() for word in option]
    told = CliRunner().invoke(app, ["weights", "apply", str(answered), *words, "--home", str(home.root)])
    assert told.exit_code == 2 and not (home.referential / "weight_profiles.csv").exists(), told.output
