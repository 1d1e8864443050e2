"""What `dashboards publish` says when it cannot: a sentence that names what to do, exit code 2, and the pages stay."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from dashboards.publishing.publisher import compare
from dashboards.serving.server import accounts_file
from pipelines.cli import FAILED, OK, app
from pipelines.operations.pages.publishing import publish_pages
from pipelines.operations.ports import Ports
from sources.home.home import Home
from tests import needs
from tests.dashboards.conftest import Server
from tests.dashboards.publishing.test_publication import point
from tests.dashboards.serving.servers import free_port

pytestmark = pytest.mark.superset


def publish(home: Path, *options: object) -> Result:
    return CliRunner().invoke(app, ["dashboards", "publish", "--home", str(home), *map(str, options)])


def port(server: Server) -> str:
    return server.url.rsplit(":", 1)[1]


@contextmanager
def served(home: Path, name: str, change: Callable[[Path], None] = lambda _: None) -> Iterator[Path]:
    """A copy of the release that readers see, for the test to spoil, served in its place meanwhile.

    What is to be read in it is put there by ``change``, before a server opens it.
    """
    published = home / "published"
    now = (published / "current").resolve()
    other = now.with_name(name)
    shutil.copytree(now, other)
    for file in other.iterdir():
        file.chmod(0o644)
    try:
        change(other)
        point(published, other)
        yield other
    finally:
        point(published, now)
        shutil.rmtree(other, ignore_errors=True)


def test_a_superset_that_is_not_up(home: Path, server: Server) -> None:
    result = publish(home, "--superset-port", free_port())
    assert result.exit_code == FAILED
    assert "[O0109]" in result.output and "est-il démarré" in result.output


def test_a_wrong_password(home: Path, server: Server, tmp_path: Path) -> None:
    (tmp_path / "superset").mkdir()
    (tmp_path / "published").symlink_to(home / "published")
    accounts_file(tmp_path / "superset").write_text("admin : pas-le-bon\n", encoding="utf-8")
    result = publish(tmp_path, "--superset-port", port(server))
    assert result.exit_code == FAILED
    assert "refuse le compte « admin » : vérifiez le mot de passe" in result.output
    assert "pas-le-bon" not in result.output


@needs.nginx
def test_a_certificate_that_nobody_vouches_for(
    home: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with behind_tls(server.url, tmp_path) as (url, certificate):
        refused = publish(home, "--url", url)
        assert refused.exit_code == FAILED
        assert "n'est pas reconnu : donnez celui de son autorité" in refused.output
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        accepted = publish(home, "--url", url)
        assert accepted.exit_code == OK, accepted.output
        assert "Déjà publié" in accepted.output


@contextmanager
def behind_tls(url: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """An nginx with a certificate of its own making before the server at `url`."""
    certificate, key, address = folder / "certificate.pem", folder / "key.pem", f"127.0.0.1:{free_port()}"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"server {{ listen {address} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};\n"
        f"client_max_body_size 20m; location / {{ proxy_pass {url}; proxy_set_header Host $http_host; }} }} }}\n",
        encoding="utf-8",
    )
    command = ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    subprocess.run(command, check=True, capture_output=True)
    try:
        yield f"https://{address}", certificate
    finally:
        subprocess.run([*command, "-s", "stop"], check=True, capture_output=True)


def spoil_nothing_left(release: Path) -> None:
    shutil.rmtree(release)


def spoil_cut_in_half(release: Path) -> None:
    with (release / "warehouse.duckdb").open("r+b") as file:
        file.truncate((release / "warehouse.duckdb").stat().st_size // 2)


def spoil_without_rows(release: Path) -> None:
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        connection.execute("delete from mart_life_cycle")


def spoil_older_record(release: Path) -> None:
    content = json.loads((release / "release.json").read_text())
    (release / "release.json").write_text(json.dumps({"release": content["name"]}))


def spoil_without_a_column(release: Path) -> None:
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        connection.execute("alter table mart_life_cycle drop column evidence_label")


def spoil_without_a_mart(release: Path) -> None:
    """Older than the mart: the rows of all others are those that the release counts."""
    content = json.loads((release / "release.json").read_text())
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        connection.execute("drop table mart_life_cycle")
    del content["row_counts"]["mart_life_cycle"]
    (release / "release.json").write_text(json.dumps(content))


SPOILT = {
    "missing": (spoil_nothing_left, "Aucune publication des données n'est en place"),
    "cut in half": (spoil_cut_in_half, "est abîmée ou incomplète"),
    "rows that left": (spoil_without_rows, "est abîmée ou incomplète"),
    "older record": (spoil_older_record, "illisible ou d'un autre format"),
    "a column that left": (spoil_without_a_column, "la colonne evidence_label de mart_life_cycle n'est pas"),
    "a mart that is not there yet": (spoil_without_a_mart, "la table mart_life_cycle n'est pas dans les données"),
}


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT.values(), ids=SPOILT.keys())
def test_data_that_the_pages_cannot_show(home: Path, server: Server, spoil, sentence: str) -> None:
    """Forced, an import would take place unless it is refused."""
    with served(home, "zzz-spoilt") as release:
        spoil(release)
        result = publish(home, "--superset-port", port(server), "--force")
        assert result.exit_code == FAILED
        assert "[O0113]" in result.output and sentence in result.output
        assert "Les pages en place restent" in result.output and "« cartographie run »" in result.output
    assert compare(server.url, "admin", server.password("admin")) == (True, [])
    assert publish(home, "--superset-port", port(server)).exit_code == OK


def test_a_start_goes_on_over_data_that_the_pages_cannot_show(home: Path, server: Server) -> None:
    with served(home, "zzz-spoilt") as release:
        spoil_without_a_column(release)
        said: list[str] = []
        publish_pages(Home(home), Ports(superset=int(port(server))), said.append)
    assert "lisent : " in said[0] and "« cartographie run »" in said[0]
