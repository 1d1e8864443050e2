"""A zip of several workbooks: each of its files is a submission of its own, with its receipt, and nothing is lost."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from quality.batch import batch
from quality.batch.bundles import receive_bundle
from quality.batch.purge import purge
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook import zipped as inner_files
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.template.template import write_template
from sources.workbook.zipped import unpacked
from tests.quality.conftest import LYON, Rows, submission
from tests.sources.forms.exports_by_hand import as_xlsx, kobo_tables


def of_dossier(dossier: str) -> Rows:
    rows = submission()
    rows["etablissement"][0]["dossier"] = dossier
    return rows


@pytest.fixture
def template(referential: Referential, tmp_path: Path) -> Callable[[str], bytes]:
    def written(dossier: str) -> bytes:
        return write_template(tmp_path / f"{dossier}.xlsx", referential, of_dossier(dossier)).read_bytes()

    return written


def zip_at(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, content in files.items():
            archive_file.writestr(name, content)
    return path


def drop(home: Home, referential: Referential, files: dict[str, bytes], name: str = "lot.zip") -> batch.BatchReport:
    zip_at(home.intake / LYON / name, files)
    archive.receive(home)
    return batch.process(home, referential)


def dossiers(home: Home) -> list[str]:
    return sorted(lake.read(home.lake, "submissions")["dossier_code"])


def test_each_file_is_a_submission_with_its_own_receipt(
    home: Home, referential: Referential, template: Callable[[str], bytes]
) -> None:
    files = {"cardio.xlsx": template("cardio"), "../radio.xlsx": template("radio"), "photo.xlsx": b"\xff\xd8\xff"}
    report = drop(home, referential, files)
    assert report.verdict_counts == {"archive": 1, "prise": 2, "refusee": 1}
    assert dossiers(home) == ["cardio", "radio"]
    zipped, *inner = archive.receptions(home)
    assert [(each.file_name, each.derived_from) for each in inner] == [
        ("lot – cardio.xlsx", zipped.number), ("lot – radio.xlsx", zipped.number), ("lot – photo.xlsx", zipped.number)
    ]  # fmt: skip
    assert archive.content_path(home, inner[1].content_sha256).read_bytes() == files["../radio.xlsx"]
    [answer] = (home.receipts / LYON).glob(f"{inner[0].number:06d}_*.json")
    content = json.loads(answer.read_text())
    assert (content["verdict"], content["reception"]["derived_from"]) == ("prise", zipped.number)
    assert "Tiré de la réception" in answer.with_suffix(".html").read_text()
    assert answer.with_suffix(".xlsx").exists()
    [whole] = (home.receipts / LYON).glob(f"{zipped.number:06d}_*.html")
    assert "radio.xlsx" in whole.read_text() and not whole.with_suffix(".xlsx").exists()
    assert "Archive ouverte" in (home.receipts / LYON / "index.html").read_text()


def test_reading_the_archive_again_brings_the_same_and_a_stopped_pass_nothing_twice(
    home: Home, referential: Referential, template: Callable[[str], bytes]
) -> None:
    zip_at(home.intake / LYON / "lot.zip", {"a.xlsx": template("a"), "b.xlsx": template("b")})
    [zipped] = archive.receive(home).received
    [first, _] = receive_bundle(home, zipped)
    (home.archive / "receptions" / f"{first.number + 1:09d}.json").unlink()  # stopped between the two
    batch.process(home, referential)
    assert [each.number for each in archive.receptions(home)] == [1, 2, 3]
    before = {table: lake.read(home.lake, table) for table in lake.LAKE_TABLES}
    shutil.rmtree(home.lake)
    batch.process(home, referential)
    assert len(archive.receptions(home)) == 3
    for table, rows in before.items():
        assert lake.read(home.lake, table).sort(pl.all()).equals(rows.sort(pl.all())), table


def test_a_form_export_inside_brings_its_responses(
    home: Home, referential: Referential, template: Callable[[str], bytes]
) -> None:
    report = drop(home, referential, {"export.xlsx": as_xlsx(kobo_tables()), "a.xlsx": template("a")})
    assert report.verdict_counts == {"archive": 1, "formulaire": 1, "prise": 3}


def test_personal_data_inside_restricts_the_zip_too_and_a_purge_takes_it_but_not_its_other_files(
    home: Home, referential: Referential, tmp_path: Path, template: Callable[[str], bytes]
) -> None:
    rows = of_dossier("perso")
    rows["cas_usage"][1]["besoin"] = "Écrire à jeanne.martin@chu-lyon.fr"
    personal = write_template(tmp_path / "perso.xlsx", referential, rows).read_bytes()
    drop(home, referential, {"perso.xlsx": personal, "autre.xlsx": template("autre")})
    zipped, first, other = archive.receptions(home)
    for reception in (zipped, first):
        assert stat.S_IMODE(archive.content_path(home, reception.content_sha256).stat().st_mode) == 0o400
    report = purge(home, referential, first.content_sha256, "demande du DPO", "moi")
    assert report.numbers == [zipped.number, first.number]
    assert not archive.content_path(home, zipped.content_sha256).exists()
    assert not archive.answered_copies(home, zipped)
    assert archive.content_path(home, other.content_sha256).exists()
    batch.process(home, referential)
    assert set(lake.read(home.lake, "assessments")["reception_number"]) == {other.number}


def test_names_are_safe_and_distinct(tmp_path: Path) -> None:
    names = ["../../etc/a.xlsx", "A.xlsx", "a.xlsx", "s/\u202ecod.xlsx", "é" * 200 + ".xlsx"]
    read = [name for name, _ in unpacked(zip_at(tmp_path / "noms.zip", dict.fromkeys(names, b"x")))]
    assert read[:4] == ["etc – a.xlsx", "A.xlsx", "a (2).xlsx", "s – _cod.xlsx"]
    assert read[4].endswith("é.xlsx") and len(read[4].encode()) <= 160


def test_limits_hold_for_files_of_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = zip_at(tmp_path / "many.zip", {f"{n}.xlsx": b"x" for n in range(51)})
    nested = zip_at(tmp_path / "nested.zip", {"a.xlsx": b"x", "b.ZIP": b"x"})
    large = zip_at(tmp_path / "large.zip", {"a.xlsx": b"0" * 2000})
    monkeypatch.setattr(inner_files, "MAX_FILE_BYTES", 1000)
    for path, code in ((many, "E0006"), (nested, "E0002"), (large, "E0006")):
        with pytest.raises(UnreadableFileError, match=code):
            list(unpacked(path))


def test_checking_a_zip_checks_each_of_its_files(tmp_path: Path, template: Callable[[str], bytes]) -> None:
    path = zip_at(tmp_path / "lot.zip", {"a.xlsx": template("a"), "photo.xlsx": b"\xff\xd8\xff"})
    done = CliRunner().invoke(app, ["check", str(path), "--html", str(tmp_path / "pages")])
    assert done.exit_code == 2
    assert {page.name for page in (tmp_path / "pages").iterdir()} == {
        "lot.zip.html", "lot – a.xlsx.html", "lot – photo.xlsx.html"
    }  # fmt: skip
