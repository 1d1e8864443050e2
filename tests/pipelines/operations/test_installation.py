"""The unit that is written is one that systemd takes, and it says when it is ready."""

import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from pipelines.operations import installation, service_manager
from pipelines.operations.installation import UNIT, InstallError, verify, write_installation
from sources.home.home import Home
from tests import needs


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "cartographie.toml").write_text(
        '[servers]\nsuperset_url = "https://ia.gcs.example"\nsuperset_port = 8111\n'
        '[backup]\ndestination = "/srv/copies"\n[warehouse]\ndata_path = "/srv/partage"\n'
    )
    return Home(tmp_path / "home")


def test_the_unit_is_hardened_and_names_what_may_be_written(home: Home, tmp_path: Path) -> None:
    write_installation(home, tmp_path / "out", "cartographie")
    unit = (tmp_path / "out" / UNIT).read_text().splitlines()
    assert {"User=cartographie", "NoNewPrivileges=yes", "ProtectSystem=strict", "Type=notify"} <= set(unit)
    writable = next(line for line in unit if line.startswith("ReadWritePaths="))
    assert str(home.root) in writable and "-/srv/copies" in writable and "-/srv/partage" in writable
    assert (home.root / "layout.version").exists()  # systemd starts no service whose folder is missing
    assert Path(next(line for line in unit if line.startswith("ExecStart=")).split("=")[1].split()[0]).exists()


def test_a_folder_that_the_service_needs_is_not_hidden_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "PROJECT", Path("/srv/program"))
    monkeypatch.setattr(installation.sys, "executable", "/usr/bin/python3")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        write_installation(Home(Path(folder)), tmp_path, "cartographie")
    unit = (tmp_path / UNIT).read_text().splitlines()
    assert "PrivateTmp=no" in unit and "ProtectHome=yes" in unit
    assert "/tmp" in next(line for line in unit if line.startswith("ReadWritePaths=")).split()


@needs.systemd
def test_systemd_finds_nothing_to_say_but_of_a_broken_unit(home: Home, tmp_path: Path) -> None:
    made = write_installation(home, tmp_path / "out", "root")
    assert made.verified, made.said
    unit = tmp_path / "out" / UNIT
    unit.write_text(unit.read_text().replace("KillMode=mixed", "KillMode=autre"))
    verified, said = verify(unit)
    assert not verified and "kill mode" in said


def test_proxies_carry_the_ports_and_names_of_the_configuration(home: Home, tmp_path: Path) -> None:
    write_installation(home, tmp_path / "out")
    for name in ("Caddyfile", "nginx.conf"):
        text = (tmp_path / "out" / name).read_text()
        assert "ia.gcs.example" in text and "127.0.0.1:8111" in text and "127.0.0.1:3000" in text


def test_both_proxies_bound_heads_bodies_and_time_and_a_process_dies_alone(home: Home, tmp_path: Path) -> None:
    """What they do under a flood is tried in tests/attempts/test_nobody.py, for the one that is installed there."""
    write_installation(home, tmp_path / "out")
    nginx, caddy, unit = ((tmp_path / "out" / name).read_text() for name in ("nginx.conf", "Caddyfile", UNIT))
    for bound in ("client_header_timeout", "client_body_timeout", "client_max_body_size", "limit_conn "):
        assert bound in nginx
    for bound in ("read_header", "read_body", "max_header_size", "max_size"):
        assert bound in caddy
    for proxy in (nginx, caddy):
        assert "413" in proxy and "Trop volumineux : 25 Mio au plus" in proxy
    assert caddy.split("{", 1)[0].strip().splitlines()[-1].startswith("#"), "global options stand first"
    assert "OOMPolicy=continue" in unit.splitlines()


def test_pages_alone_have_no_page_of_dagster_before_them(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTOGRAPHIE_SERVERS__PAGES_ONLY", "true")
    made = write_installation(home, tmp_path / "out", "root")
    assert made.verified in (True, None), made.said
    for name in ("Caddyfile", "nginx.conf"):
        text = (tmp_path / "out" / name).read_text()
        assert "127.0.0.1:8111" in text and "agster" not in text and text.count("{") == text.count("}")


@needs.nginx
@pytest.mark.parametrize("pages_only", ["false", "true"])
def test_nginx_takes_its_file(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages_only: str) -> None:
    monkeypatch.setenv("CARTOGRAPHIE_SERVERS__PAGES_ONLY", pages_only)
    write_installation(home, tmp_path)
    text = "\n".join(line for line in (tmp_path / "nginx.conf").read_text().splitlines() if "ssl" not in line)
    (tmp_path / "whole.conf").write_text(f"events {{}}\nhttp {{\n{text}\n}}")
    subprocess.run(["nginx", "-t", "-c", str(tmp_path / "whole.conf")], check=True)


def test_a_path_that_systemd_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="espace"):
        write_installation(Home(tmp_path / "ma maison"), tmp_path)


def test_systemd_is_told_where_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service_manager.tell("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        service_manager.tell("READY=1")
        assert listening.recv(100) == b"READY=1"
