"""The names by which Superset may be reached follow the configuration, and are open only where it says nothing."""

from typing import Any

import pytest

from pipelines.operations.servers import hosts_of
from sources.home.configuration import Servers


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, ["127.0.0.1", "::1", "localhost"]),
        ({"superset_url": "https://ia.gcs.example"}, ["127.0.0.1", "::1", "ia.gcs.example", "localhost"]),
        (
            {"superset_url": "https://ia.gcs.example/", "https": True},
            ["127.0.0.1", "::1", "ia.gcs.example", "localhost"],
        ),
        ({"https": True}, ["*"]),
        ({"host": "0.0.0.0"}, ["*"]),
        (
            {"host": "10.0.0.5", "superset_url": "http://10.0.0.5:8088"},
            ["10.0.0.5", "127.0.0.1", "::1", "localhost"],
        ),
    ],
)
def test_hosts(settings: dict[str, Any], wanted: list[str]) -> None:
    assert hosts_of(Servers(**settings)) == wanted
