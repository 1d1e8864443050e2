"""A start that is refused says why, there and later by ``status``; one that goes well forgets it."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.operations.incidents.refused_start import forget_refusal, last_refusal, noting_refusals
from sources.home.home import Home
from sources.home.writer_lock import WriterBusy


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def up(home: Home, *options: str) -> str:
    result = CliRunner().invoke(app, ["up", "--home", str(home.root), *options])
    assert result.exit_code == 2
    return result.output


def test_a_taken_port_is_told_by_status_too(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"[O0104] Le port {port}" in up(home, "--dagster-port", str(port))
    said = CliRunner().invoke(app, ["status", "--home", str(home.root)]).output
    assert "Démarrage refusé le" in said and f"[O0104] Le port {port}" in said and "→ arrêtez l'autre programme" in said
    forget_refusal(home)
    assert last_refusal(home) is None


def test_one_port_for_both_servers_is_refused(home: Home) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    assert "le même port" in up(home, "--dagster-port", port, "--superset-port", port)


def test_a_wrong_configuration_is_told_whole(home: Home) -> None:
    home.root.mkdir()
    (home.root / "cartographie.toml").write_text('[servers]\nhost = "a b"\n[runs]\ntime_zone = "Europe/Lyon"\n')
    said = up(home)
    assert "[O0101]" in said and "2 erreur(s)" in said
    assert "[servers] host : attendu une adresse IP" in said and "un fuseau horaire" in said


def test_another_up_is_no_refusal(home: Home) -> None:
    home.root.mkdir()
    with pytest.raises(WriterBusy), noting_refusals(home):
        raise WriterBusy("un autre")
    assert last_refusal(home) is None
