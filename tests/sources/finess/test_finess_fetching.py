"""A register brought from an address: whole, within bounds, and what may pass told from what will not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from sources.finess import fetching
from sources.finess.fetching import RegisterUnreachable, bring
from sources.finess.files import FinessError

CONTENT = b"nofinesset;nofinessej;rs\n" * 1000


class Site(BaseHTTPRequestHandler):
    """Answers as the address asks: the file, a status, or a body cut short."""

    def do_GET(self) -> None:
        if self.path == "/file":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:100])
        else:
            self.send_error(int(self.path.strip("/")))

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Site)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


def test_a_file_is_brought_whole_from_an_address_and_from_a_path(site: str, tmp_path: Path) -> None:
    brought = bring(f"{site}/file", tmp_path / "a.csv")
    assert brought.read_bytes() == CONTENT
    assert bring(str(brought), tmp_path / "b.csv").read_bytes() == CONTENT


@pytest.mark.parametrize("path", ["/cut", "/500", "/503", "/429"])
def test_what_may_pass_is_told_as_such(site: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(RegisterUnreachable, match="le répertoire déjà chargé reste"):
        bring(site + path, tmp_path / "a.csv")


def test_a_server_that_is_not_there_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(RegisterUnreachable):
        bring("http://127.0.0.1:9/file", tmp_path / "a.csv")


def test_an_address_or_a_path_that_is_wrong_is_to_be_corrected(site: str, tmp_path: Path) -> None:
    for place in (f"{site}/404", f"{site}/403", str(tmp_path / "absent.csv")):
        with pytest.raises(FinessError, match="corrigez"):
            bring(place, tmp_path / "a.csv")


def test_a_file_without_end_is_refused(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    with pytest.raises(FinessError, match="ce n'est pas le répertoire"):
        bring(f"{site}/file", tmp_path / "a.csv")
