"""DuckLake's files on storage that speaks S3: a small server of its own, spoken to as any other."""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines.operations.incidents.failures import explain_error
from pipelines.warehouse.checksums import differences, file_checksums
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.ducklake.catalog import catalog_of
from pipelines.warehouse.ducklake.guards import check
from pipelines.warehouse.ducklake.holding import is_as_noted
from pipelines.warehouse.ducklake.storage import TRIAL, StorageRefused
from pipelines.warehouse.ducklake.tidying import empty, tidy
from pipelines.warehouse.publication import built_checksums
from sources.home.home import Home
from tests import needs
from tests.dbt_project.small_lake import SmallLake
from tests.dbt_project.test_incremental import one_pass
from tests.pipelines.warehouse.ducklake.test_both_targets import as_file, build_both, published
from tests.postgres import Cluster

pytestmark = [needs.postgresql, pytest.mark.timeout(3600)]

BUCKET, PLACE = "cartographie", "s3://cartographie/entrepot"


class Storage:
    """A server that speaks S3, with one bucket."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self._answers():
            assert self.process.poll() is None
            time.sleep(0.1)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> Any:
        import boto3

        return boto3.client(
            "s3", endpoint_url=self.url, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
        )

    def names(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    made = Storage()
    try:
        made.client.create_bucket(Bucket=BUCKET)
        yield made
    finally:
        made.process.kill()
        made.process.wait()


@pytest.fixture(scope="module")
def on_s3(cluster: Cluster, storage: Storage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root: Path = tmp_path_factory.mktemp("s3")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "TARGET": "ducklake",
            "CATALOG_URL": cluster.url,
            "DATA_PATH": PLACE,
            "S3_ENDPOINT": storage.url,
            "S3_KEY_ID": "cartographie",
            "S3_SECRET": "s3cr3t",
        }.items():
            patch.setenv(f"CARTOGRAPHIE_WAREHOUSE__{name}", value)
        yield Home(root / "home")


@pytest.fixture(scope="module")
def manifest(on_s3: Home) -> Mapping[str, Any]:
    return read_manifest(on_s3)


def test_somebody_else_s_files_are_not_taken_over(on_s3: Home, storage: Storage) -> None:
    catalog = catalog_of(on_s3)
    assert catalog is not None and "s3cr3t" not in repr(catalog)
    storage.client.put_object(Bucket=BUCKET, Key="entrepot/autre.parquet", Body=b"x")
    with pytest.raises(StorageRefused, match="n'est pas vide") as refusal:
        check(catalog)
    assert explain_error(refusal.value).startswith("[O0117]")
    storage.client.delete_object(Bucket=BUCKET, Key="entrepot/autre.parquet")
    check(catalog)
    check(catalog)


def test_the_models_stand_on_it_with_the_rows_of_a_file(
    on_s3: Home, storage: Storage, manifest: Mapping[str, Any]
) -> None:
    lake = SmallLake()
    one_pass(random.Random(7), lake)
    build_both(on_s3, lake, manifest, is_first=True)
    assert any(name.endswith(".parquet") for name in storage.names())
    assert differences(published(on_s3), file_checksums(as_file(on_s3).warehouse)) == []
    tidy(on_s3)
    assert is_as_noted(on_s3) and differences(built_checksums(on_s3), file_checksums(on_s3.warehouse)) == []
    assert not list((on_s3.root / "warehouse").rglob("*.parquet")), "nothing of it lies in the home"
    empty(on_s3)
    assert [name for name in storage.names() if not name.endswith(TRIAL)] == [], "a purge leaves no file"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATA_PATH", "s3://ailleurs/entrepot", "ce seau n'existe pas"),
        ("S3_ENDPOINT", "http://127.0.0.1:9", "ne répond pas"),
    ],
)
def test_a_bucket_that_is_not_there_and_a_server_that_is_down_are_refused(
    on_s3: Home, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"CARTOGRAPHIE_WAREHOUSE__{name}", value)
    catalog = catalog_of(on_s3)
    assert catalog is not None
    with pytest.raises(StorageRefused, match=words) as refusal:
        check(catalog)
    assert explain_error(refusal.value).startswith("[O0117]") and "s3cr3t" not in str(refusal.value)
