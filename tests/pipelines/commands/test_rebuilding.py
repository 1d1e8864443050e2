"""``cartographie rebuild``: what passes made one after the other is what the archive alone gives."""

from pathlib import Path

import openpyxl
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.warehouse.checksums import differences
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.publication import Release, current_release
from pipelines.warehouse.rebuild_check import analysis_models
from quality.duplicates.workbook import PAIRS_SHEET, export_pairs
from sources.home.home import Home
from tests.pipelines.conftest import LYON, Installation


def say(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def released(home: Home) -> Release:
    release = current_release(home)
    assert release is not None
    return release


def decide_that_two_are_one(installation: Installation, folder: Path) -> None:
    """As a coordinator does, in the workbook of pairs."""
    path = folder / "paires.xlsx"
    export_pairs(path, installation.home, installation.referential)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[PAIRS_SHEET]
    position = {cell.value: cell.column for cell in sheet[1]}
    row = sheet.max_row + 1
    decision = {
        "Code A": "CAT-001",
        "Code B": f"{LYON}-1",
        "Décision": "même cas d'usage",
        "Décidé par": "Coordination",
        "Motif": "essai",
    }
    for name, value in decision.items():
        sheet.cell(row, position[name], value)
    workbook.save(path)
    say("duplicates", "apply", path, "--home", installation.home.root)


def test_a_life_in_passes_equals_its_archive_taken_from_nothing(installation: Installation, tmp_path: Path) -> None:
    home = installation.home
    first = released(home)
    installation.drop("un", "un.xlsx")
    installation.drop("deux", "deux.xlsx", assessor="MED-78")
    assert installation.run().success
    installation.drop("un", "corrigé.xlsx", use_case="CAT-002", IMP_1_1="Faible")
    decide_that_two_are_one(installation, tmp_path)
    assert installation.run().success
    home.referential.mkdir(parents=True, exist_ok=True)
    (home.referential / "weight_profiles.csv").write_text("code;label;origin;rank\nessai;Essai;proposed;9\n")
    installation.drop("trois", "trois.xlsx", assessor="MED-79")
    assert installation.run().success
    lived = released(home)
    assert len(lived.build.receptions) == len(first.build.receptions) + 4
    assert "égal, ligne à ligne" in say("rebuild", "--check", "--home", home.root)
    assert released(home) == lived

    assert "Refait de l'archive, publié" in say("rebuild", "--home", home.root)

    remade = released(home)
    assert remade.name != lived.name and remade.build.receptions == lived.build.receptions
    assert set(differences(lived.checksums, remade.checksums)) <= analysis_models(read_manifest(home))
