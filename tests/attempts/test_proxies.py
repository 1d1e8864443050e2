"""What can be said through a proxy in the proxy's name: headers of which Superset makes addresses.

Belongs here: the settings of the server beside the files that ``install`` writes. Does not: what the server answers to
anybody who speaks to it without a proxy (``test_nobody``).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dashboards.serving.environment import PROJECT
from pipelines.operations.installation import write_installation
from sources.home.home import Home

HEADERS = {
    "x_for": "X-Forwarded-For",
    "x_proto": "X-Forwarded-Proto",
    "x_host": "X-Forwarded-Host",
    "x_port": "X-Forwarded-Port",
    "x_prefix": "X-Forwarded-Prefix",
}
# As its documentation says: it takes what a client sent of these away.
WRITTEN_BY_CADDY = {"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"}


@pytest.fixture
def believed() -> set[str]:
    """The headers that Superset believes behind a proxy."""
    settings = ast.parse((PROJECT / "superset_config.py").read_text(encoding="utf-8"))
    [told] = [
        ast.literal_eval(node.value)
        for node in settings.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PROXY_FIX_CONFIG"
    ]
    assert told.keys() == HEADERS.keys(), "what is not named is believed"
    return {HEADERS[name] for name, count in told.items() if count}


def test_superset_believes_no_header_that_a_client_can_send_through_a_proxy(believed: set[str], tmp_path: Path) -> None:
    """``X-Forwarded-Prefix: //evil.example`` gave ``Location: //evil.example/login/``."""
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (home.root / "cartographie.toml").write_text(
        '[servers]\nsuperset_url = "https://c.example"\ndagster_url = "https://d.example"\n'
    )
    write_installation(home, tmp_path / "out")
    nginx = (tmp_path / "out" / "nginx.conf").read_text()
    written = {header for header in HEADERS.values() if f"proxy_set_header {header} " in nginx}
    assert believed and believed <= written and believed <= WRITTEN_BY_CADDY
