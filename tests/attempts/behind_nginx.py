"""The nginx that ``install`` writes, before a server of the tests: without its certificates and passwords."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.operations.installation import write_installation
from sources.home.home import Home
from tests.dashboards.serving.servers import free_port

DAGSTER_HOST = "d.example"


@contextmanager
def behind_nginx(superset_port: int, folder: Path, dagster_port: int | None = None) -> Iterator[int]:
    """The port where nginx answers for ``localhost`` (Superset) and ``d.example`` (Dagster); it stops at the end."""
    home, port = folder / "home", free_port()
    home.mkdir()
    dagster = f"dagster_port = {dagster_port}\n" if dagster_port else ""
    (home / "cartographie.toml").write_text(
        f'[servers]\nsuperset_url = "https://localhost"\ndagster_url = "https://{DAGSTER_HOST}"\n'
        f"superset_port = {superset_port}\n{dagster}"
    )
    write_installation(Home(home), folder / "out")
    written = (folder / "out" / "nginx.conf").read_text().replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    text = "\n".join(line for line in written.splitlines() if "ssl_" not in line and "auth_basic" not in line)
    places = " ".join(f"{what}_temp_path {folder}/{what};" for what in ("proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "whole.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}}\nhttp {{ access_log off; {places}\n"
        f"client_body_temp_path {folder}/bodies;\n{text}\n}}"
    )
    command = ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "whole.conf")]
    subprocess.run(command, check=True)
    try:
        yield port
    finally:
        subprocess.run([*command, "-s", "stop"], check=True)
