"""The open-data package: valid by the library of its standard, and nothing in it that may not be open."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest
from frictionless import Package
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.products.exports.open_data.licence import licence
from pipelines.products.exports.release import ExportError, OpenRelease, open_release
from pipelines.products.exports.single import export_open_data
from sources.home.home import Home

FORBIDDEN_COLUMNS = {"assessor_code", "assessment_id", "role_label", "file_name", "sheet", "cell", "content_sha256",
                     "impact_min_score", "impact_max_score", "follow_up", "end_reason", "sites"}  # fmt: skip


@pytest.fixture(scope="module")
def package(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open") / "donnees-ouvertes"
    export_open_data(demo_home, folder)
    return folder


def rows(package: Path, resource: str) -> list[dict[str, str]]:
    with (package / f"{resource}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_frictionless_finds_the_package_valid(package: Path) -> None:
    report = Package(str(package / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "note"])
    assert {task.type for task in report.tasks} == {"table", "file"}
    assert sum(task.stats["rows"] for task in report.tasks if task.type == "table") > 500


def test_a_changed_file_is_no_longer_valid(package: Path, tmp_path: Path) -> None:
    for path in package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / "scores.csv"
    changed.write_text(changed.read_text().replace("CAT-001", "CAT-999"))
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert {error[0] for error in report.flatten(["type"])} >= {"hash-count", "foreign-key"}


def test_the_descriptor_says_licence_language_release_and_demonstration(package: Path, demo_home: Home) -> None:
    said = json.loads((package / "datapackage.json").read_text())
    [stated] = said["licenses"]
    assert stated["name"] == "etalab-2.0" and "Licence Ouverte 2.0" in stated["title"]
    assert (demo_home.published / "current").resolve().name == said["version"]
    assert "démonstration" in said["title"] and "DÉMONSTRATION" in said["description"]
    tables = [resource for resource in said["resources"] if "schema" in resource]
    assert all(field["title"] and field["type"] for resource in tables for field in resource["schema"]["fields"])
    assert all(resource["schema"]["primaryKey"] for resource in tables)
    assert {"Impact", "Raison de l'absence"} <= {
        field["title"] for resource in tables for field in resource["schema"]["fields"]
    }


def test_nothing_of_an_assessor_or_of_a_file_is_open(package: Path, demo_home: Home) -> None:
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        assessors = {
            code for (code,) in connection.execute("select distinct assessor_code from fct_assessment").fetchall()
        }
        files = {name for (name,) in connection.execute("select distinct file_name from fct_submission").fetchall()}
    for path in package.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *values = list(csv.reader(file))
        assert not FORBIDDEN_COLUMNS & set(header), path.name
        assert not (assessors | files) & {cell for row in values for cell in row}, path.name
        assert not [cell for row in values for cell in row if len(cell) > 1 and cell[0] in "=@+"], path.name


def test_parquet_holds_the_rows_of_the_csv(package: Path) -> None:
    for path in package.glob("*.csv"):
        parquet = duckdb.execute(f"select * from '{path.with_suffix('.parquet')}'")
        names = [column[0] for column in parquet.description]
        shown = [{name: _shown(value) for name, value in zip(names, row, strict=True)} for row in parquet.fetchall()]
        assert shown == rows(package, path.stem), path.name


def _shown(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_behind_every_open_score_stand_five_assessors_of_three_establishments(package: Path, demo_home: Home) -> None:
    """Counted here from the answers themselves, one by one, and not from the models that decide."""
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        answers = connection.execute(
            "select campaign_code, perimeter_code, use_case_code, side_code, organisation_code, assessor_code "
            "from mart_score_lineage where is_scored and value_score is not null"
        ).fetchall()
    behind: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    for campaign, perimeter, use_case, side, organisation, assessor in answers:
        behind[campaign, perimeter, use_case, side].add((organisation, assessor))
    published = 0
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows(package, "scores"):
        for side in ("impact", "effort"):
            who = behind[row["campaign_code"], row["perimeter_code"], row["use_case_code"], side]
            if row[f"{side}_score"]:
                assert len(who) >= 5 and len({organisation for organisation, _ in who}) >= 3, row
                assert not row["withheld_reason"]
                published += 1
                shared[row["campaign_code"], row["use_case_code"]].add(row["perimeter_code"])
            else:
                assert row["withheld_reason"] and not row["quadrant_code"] and not row["priority_score"]
    assert published > 20
    for (campaign, use_case), perimeters in shared.items():
        if perimeters == {"gcs", "tous"}:
            for side in ("impact", "effort"):
                rest = behind[campaign, "tous", use_case, side] - behind[campaign, "gcs", use_case, side]
                assert not rest or (len(rest) >= 5 and len({organisation for organisation, _ in rest}) >= 3)


def test_an_unknown_licence_stops_the_export(demo_home: Home) -> None:
    with open_release(demo_home) as release:
        assert licence(release)["name"] == "etalab-2.0"
        with duckdb.connect() as other:
            other.execute("create table dim_source as select 'GCS' as source_code, 'Chacun pour soi' as licence")
            with pytest.raises(ExportError, match=r"sources\.csv, ligne GCS"):
                licence(OpenRelease(release.release, other))


def test_a_folder_that_holds_something_is_left_alone(demo_home: Home, tmp_path: Path) -> None:
    (tmp_path / "important.txt").write_text("à garder")
    result = CliRunner().invoke(app, ["export", "--open-data", str(tmp_path), "--home", str(demo_home.root)])
    assert result.exit_code == 2 and "n'est pas vide" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["important.txt"]


def test_nothing_published_is_said_with_its_remedy(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["export", "--open-data", str(tmp_path / "o"), "--home", str(tmp_path)])
    assert result.exit_code == 2 and "cartographie run" in result.output
