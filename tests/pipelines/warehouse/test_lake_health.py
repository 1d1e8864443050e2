"""A build that fails on a file of the lake that is cut short blames no model, no referential and no submission."""

from pathlib import Path

import pytest

from pipelines.operations.incidents.incidents import incident_of
from pipelines.warehouse import rebuild
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.lake_health import LakeDamaged, damaged_files
from pipelines.warehouse.warehouse import BuildResult, NodeFailure
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import load_referential


def _cut(home: Home) -> Path:
    part = next((home.lake / "answers").glob("r*.parquet"))
    part.write_bytes(part.read_bytes()[:-2000])
    return part


def test_a_file_cut_short_sends_to_the_doctor(home_copy: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = BuildResult(failures=[NodeFailure("int_keyed_answer", None, None)])
    monkeypatch.setattr(rebuild, "build", lambda *_arguments, **_options: failed)
    part = _cut(home_copy)
    assert damaged_files(home_copy) == [part]
    with pytest.raises(LakeDamaged, match=f"answers/{part.name}") as refusal:
        rebuild.rebuild(home_copy, read_manifest(home_copy), load_referential())
    assert "doctor --repair" in incident_of(refusal.value).remedy
    assert archive.quarantined_numbers(home_copy) == {}
