"""The home's exports: one whole set, of the newest release, replaced at once."""

import json
from pathlib import Path

import pytest
from dagster import DagsterInstance, SensorResult, SkipReason, build_sensor_context

from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import EXPORTS_JOB
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.sensors import exports_sensor
from pipelines.products.exports import folder as exports
from pipelines.products.exports.folder import export_all
from pipelines.products.exports.release import ExportError
from pipelines.products.exports.stamp import current_exports, is_export_due
from pipelines.products.report.pdf import PrintingError
from pipelines.warehouse.publication import current_release
from sources.home.home import Home


def republish(home: Home) -> None:
    """The same data under a later name, as a publication that changed nothing would leave it."""
    releases = home.published / "releases"
    old = (home.published / "current").resolve()
    new = releases / old.name.replace("Z", "1Z")
    old.rename(new)
    stamp = new / "release.json"
    stamp.chmod(0o644)
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"name": new.name}))
    (home.published / "current").unlink()
    (home.published / "current").symlink_to(Path("releases") / new.name)


def test_the_job_exports_the_newest_release_once_and_replaces_the_set(home_copy: Home) -> None:
    job = build_defs(home_copy).resolve_job_def(EXPORTS_JOB)
    with DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance).success
        sensor = build_sensor_context(instance=instance)
        home = HomeResource(root=str(home_copy.root))
        assert isinstance(exports_sensor(sensor, home=home), SkipReason)
    first = current_exports(home_copy)
    release = current_release(home_copy)
    assert first is not None and release is not None and first.release == release.name
    assert {"comite.xlsx", "dictionnaire.html", "dictionnaire.xlsx", "donnees-ouvertes/datapackage.json"} <= set(
        first.files
    )
    marked = first.folder / "comite.xlsx"
    before = marked.stat().st_mtime_ns
    assert export_all(home_copy) == first and marked.stat().st_mtime_ns == before, "the same release, once"
    republish(home_copy)
    assert is_export_due(home_copy)
    with DagsterInstance.ephemeral() as instance:
        asked = exports_sensor(build_sensor_context(instance=instance), home=HomeResource(root=str(home_copy.root)))
    assert not isinstance(asked, SkipReason | SensorResult)
    second = export_all(home_copy)
    assert second.release != first.release and not first.folder.exists()
    assert (home_copy.root / "exports" / "current").resolve() == second.folder


def test_an_export_that_fails_leaves_the_set_of_before(home_copy: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = export_all(home_copy)
    republish(home_copy)

    def fail(*_: object) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr(exports, "write_sheet", fail)
    with pytest.raises(OSError, match="disque plein"):
        export_all(home_copy)
    assert current_exports(home_copy) == first
    monkeypatch.undo()
    assert export_all(home_copy).release != first.release
    assert [path.name for path in (home_copy.root / "exports").glob(".*.half")] == []


def test_a_report_that_cannot_be_printed_fails_its_run_and_the_others_stand(
    home_copy: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PrintingError("Chromium n'a pas écrit le PDF")

    republish(home_copy)
    monkeypatch.setattr(exports, "print_page", fail)
    job = build_defs(home_copy).resolve_job_def(EXPORTS_JOB)
    with DagsterInstance.ephemeral() as instance:
        assert not job.execute_in_process(instance=instance, raise_on_error=False).success
    made = current_exports(home_copy)
    assert made is not None and "Chromium" in str(made.failed) and "comite.xlsx" in made.files
    assert not is_export_due(home_copy), "tried again when somebody asks, not for ever"
    monkeypatch.undo()
    assert export_all(home_copy).failed is None


def test_nothing_published_exports_nothing(tmp_path: Path) -> None:
    assert not is_export_due(Home(tmp_path))
    with pytest.raises(ExportError, match="Rien n'est publié"):
        export_all(Home(tmp_path))
