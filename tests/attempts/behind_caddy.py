"""The Caddy that ``install`` writes, before a server of the attempts: without its certificates and its password."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.operations.installation import write_installation
from sources.home.home import Home
from tests.attempts.behind_nginx import DAGSTER_HOST
from tests.dashboards.serving.servers import free_port
from tests.faults.running import wait

PASSWORD = re.compile(r"    basicauth \{\n.*?\n    \}\n", re.DOTALL)


@contextmanager
def behind_caddy(
    superset_port: int, folder: Path, dagster_port: int | None = None, with_tls: bool = False
) -> Iterator[int]:
    """The port where Caddy answers for ``localhost`` (Superset) and ``d.example`` (Dagster); it stops at the end.

    ``with_tls``: by a certificate of its own making, as HTTP/2 needs.
    """
    home, port = folder / "home", free_port()
    home.mkdir()
    dagster = f"dagster_port = {dagster_port}\n" if dagster_port else ""
    (home / "cartographie.toml").write_text(
        f'[servers]\nsuperset_url = "https://localhost"\ndagster_url = "https://{DAGSTER_HOST}"\n'
        f"superset_port = {superset_port}\n{dagster}"
    )
    write_installation(Home(home), folder / "out")
    text = PASSWORD.sub("", (folder / "out" / "Caddyfile").read_text())
    for name in ("localhost", DAGSTER_HOST):
        served = f"https://{name}:{port} {{\n    tls internal" if with_tls else f"http://{name}:{port} {{"
        text = text.replace(f"\n{name} {{", f"\n{served}")
    file = folder / "Caddyfile"
    options = "skip_install_trust\n    auto_https disable_redirects" if with_tls else "auto_https off"
    file.write_text(text.replace("{\n    servers", f"{{\n    admin off\n    {options}\n    servers", 1))
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
    surroundings = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "caddy.log").open("wb") as log:
        running = subprocess.Popen(command, env=surroundings | {"PATH": "/usr/bin:/usr/local/bin"}, stderr=log)
    try:
        wait(lambda: f":{port}" in _listening(), 20, "Caddy does not listen", 0.1)
        yield port
    finally:
        running.terminate()
        running.wait(timeout=20)


def _listening() -> str:
    return subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=True).stdout + " "
