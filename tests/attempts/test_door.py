"""A depositor, a reader and a stranger at the establishments' door, each trying what is not theirs.

Through the real page: Superset's session, its tokens against forged requests, the resident reader behind. What the
reader itself finds for whom is in tests/pipelines/operations/door.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import psutil
import pytest
import requests

from dashboards.publishing.client import Session
from dashboards.serving.access import READER_ROLE
from dashboards.serving.accounts import add_account, close_account
from dashboards.serving.environment import ensure_environment
from dashboards.serving.server import prepare, read_accounts
from pipelines.engines.instance import socket_path
from pipelines.operations.door.asking import is_answering
from quality.batch.batch import process
from quality.duplicates.suggestions import current_suggestions
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import load_referential
from sources.workbook.template.template import write_template
from tests.dashboards.serving.servers import serving
from tests.faults.running import wait
from tests.quality.conftest import GRENOBLE, LYON, Rows, submission

pytestmark = pytest.mark.superset

KNOWN = [LYON, GRENOBLE]
SERVE = "pipelines.operations.door.serve"


@dataclass
class Visitor:
    """A browser without a script: it follows links and sends forms."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def log_in(self, name: str, password: str) -> Visitor:
        token = self.session.get(f"{self.url}/api/v1/security/csrf_token/").json().get("result") or self._form_token()
        form = {"username": name, "password": password, "csrf_token": token}
        self.session.post(f"{self.url}/login/", data=form, headers={"Referer": self.url})
        return self

    def _form_token(self) -> str:
        found = re.search(r'csrf_token[^>]*value="([^"]+)"', self.session.get(f"{self.url}/login/").text)
        return found[1] if found else ""

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.url}/mes-envois/{path}", allow_redirects=True)

    def token(self, code: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(f"{code}/").text)
        return found[1] if found else ""

    def post(self, path: str, token: str, files: list[tuple[str, bytes]] = (), **form: str) -> requests.Response:
        sent = [("fichiers", (name, content)) for name, content in files]
        data = {"csrf_token": token, **form}
        return self.session.post(f"{self.url}/mes-envois/{path}", data=data, files=sent or None)

    def try_file(self, code: str, name: str, content: bytes) -> requests.Response:
        return self.post(f"{code}/essais", self.token(code), [(name, content)])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two establishments, each of which sent one workbook that was answered."""
    home = Home(tmp_path_factory.mktemp("door") / "home")
    for code in KNOWN:
        (home.receipts / code).mkdir(parents=True)
        (home.intake / code).mkdir(parents=True)
        write_template(home.intake / code / f"envoi-{code}.xlsx", load_referential(), submission(code))
    archive.receive(home)
    process(home, load_referential())
    return home


@pytest.fixture(scope="module")
def url(home: Home) -> Iterator[str]:
    ensure_environment(print)
    home.dagster.mkdir(parents=True)
    prepare(home.superset, home.published, print)
    for name, role, codes in (
        ("depot-lyon", "deposant", [LYON]),
        ("depot-parti", "deposant", [LYON]),
        ("lecteur-lyon", "lecteur", [LYON]),
        ("gcs", "coordinateur", []),
    ):
        add_account(home.superset, home.published, name, role, codes, KNOWN)
    reader = subprocess.Popen([sys.executable, "-m", SERVE, str(home.root)])
    variables = {
        "CARTOGRAPHIE_DOOR_TRIES": str(socket_path(home, "tries")),
        "CARTOGRAPHIE_DOOR_DESK": str(socket_path(home, "desk")),
        "CARTOGRAPHIE_TRIES": "200 per minute",
    }
    try:
        wait(lambda: is_answering(home, 5), 60, "the reader does not answer", 0.2)
        with serving(home.superset, home.published, home.superset / "log", variables) as address:
            yield address
    finally:
        reader.terminate()
        reader.wait(timeout=20)


@pytest.fixture(scope="module")
def visitor(url: str, home: Home) -> Callable[[str], Visitor]:
    return lambda name: Visitor(url).log_in(name, read_accounts(home.superset)[name])


@pytest.fixture(scope="module")
def depositor(visitor: Callable[[str], Visitor]) -> Visitor:
    return visitor("depot-lyon")


def workbook(tmp_path: Path, rows: Rows | None = None) -> bytes:
    return write_template(tmp_path / "x.xlsx", load_referential(), rows or submission(LYON)).read_bytes()


def lying(home: Home, code: str) -> list[str]:
    return sorted(path.name for path in (home.intake / code).iterdir() if path.is_file())


def number_of(answer: requests.Response) -> str:
    found = re.search(r"/essais/([A-Za-z0-9_-]{22})/", answer.url)
    assert found, answer.text[:500]
    return found[1]


def test_a_depositor_takes_tries_sends_and_reads_own(home: Home, depositor: Visitor, tmp_path: Path) -> None:
    """The way that all attempts below try to leave."""
    assert depositor.get("").url.endswith(f"/{LYON}/")
    assert depositor.get(f"{LYON}/classeur?campagne=2026-1").content.startswith(b"PK")
    content = workbook(tmp_path)
    tried = depositor.try_file(LYON, "suite.xlsx", content)
    assert tried.status_code == 200 and "Rien n'a encore été envoyé" in tried.text
    assert lying(home, LYON) == []
    number = number_of(tried)
    sent = depositor.post(f"{LYON}/essais/{number}/envoyer", depositor.token(LYON))
    assert sent.status_code == 200 and "suite.xlsx" in sent.text
    assert (home.intake / LYON / "suite.xlsx").read_bytes() == content
    (home.intake / LYON / "suite.xlsx").unlink()


@pytest.mark.parametrize(
    "path",
    ["{code}/", "{code}/classeur", "{code}/classeur?campagne=2026-1", "{code}/fichiers/1", "{code}/fichiers/2",
     "{code}/reponses/{answer}", "sans-reponse"],
)  # fmt: skip
def test_the_other_establishments_things_are_not_found(home: Home, depositor: Visitor, path: str) -> None:
    """Would have given them to whoever knows an address, a number or a name."""
    [answer] = [found.name for found in (home.receipts / GRENOBLE).glob("*_*.html")]
    assert depositor.get(path.format(code=GRENOBLE, answer=answer)).status_code == 404
    assert depositor.get(f"{LYON}/reponses/{answer}").status_code == 404


def test_the_other_establishments_number_under_ones_own_address_is_not_found(home: Home, depositor: Visitor) -> None:
    others = [each.number for each in archive.receptions(home) if each.folder == GRENOBLE]
    own = [each.number for each in archive.receptions(home) if each.folder == LYON]
    assert depositor.get(f"{LYON}/fichiers/{own[0]}").status_code == 200
    assert depositor.get(f"{LYON}/fichiers/{others[0]}").status_code == 404


def test_nothing_is_tried_or_sent_for_the_other_establishment(home: Home, depositor: Visitor, tmp_path: Path) -> None:
    token, content = depositor.token(LYON), workbook(tmp_path)
    assert depositor.post(f"{GRENOBLE}/essais", token, [("a.xlsx", content)]).status_code == 404
    number = number_of(depositor.try_file(LYON, "a.xlsx", content))
    assert depositor.post(f"{GRENOBLE}/essais/{number}/envoyer", token).status_code == 404
    withdrawn = depositor.post(f"{GRENOBLE}/retrait", token, campagne="2026-1", dossier="principal")
    assert withdrawn.status_code == 404 and lying(home, GRENOBLE) == []


def test_a_workbook_of_the_other_establishment_is_refused_in_ones_own_folder(
    depositor: Visitor, tmp_path: Path
) -> None:
    """Would have answered in its name; the intake refuses it, and so does a try."""
    tried = depositor.try_file(LYON, "a.xlsx", workbook(tmp_path, submission(GRENOBLE)))
    assert "Refusé en entier" in tried.text and "E0104" in tried.text


def test_the_try_of_a_colleague_is_not_found(
    depositor: Visitor, visitor: Callable[[str], Visitor], tmp_path: Path
) -> None:
    number = number_of(depositor.try_file(LYON, "a.xlsx", workbook(tmp_path)))
    colleague = visitor("depot-parti")
    assert colleague.get(f"{LYON}/").status_code == 200
    assert colleague.get(f"{LYON}/essais/{number}/").status_code == 404
    assert colleague.post(f"{LYON}/essais/{number}/envoyer", colleague.token(LYON)).status_code == 404


def test_a_reader_who_sends_is_refused(
    home: Home, depositor: Visitor, visitor: Callable[[str], Visitor], tmp_path: Path
) -> None:
    """Would have let whoever may read the establishment's page answer for it."""
    reader = visitor("lecteur-lyon")
    number = number_of(depositor.try_file(LYON, "a.xlsx", workbook(tmp_path)))
    token = reader.session.get(f"{reader.url}/api/v1/security/csrf_token/").json()["result"]
    for path in (f"{LYON}/essais", f"{LYON}/essais/{number}/envoyer", f"{LYON}/retrait"):
        reader.post(path, token, [("a.xlsx", b"x")])
    assert "essais" not in reader.get(f"{LYON}/").url and lying(home, LYON) == []
    assert "Prendre le classeur" not in reader.get(f"{LYON}/").text


def test_a_forged_request_is_refused(home: Home, depositor: Visitor, tmp_path: Path) -> None:
    """Would have sent in the name of whoever opens a foreign page while logged in."""
    number = number_of(depositor.try_file(LYON, "a.xlsx", workbook(tmp_path)))
    signed, signature = depositor.token(LYON).rsplit(".", 1)
    for token in ("", "x", f"{signed}.{signature[::-1]}"):
        for path in (f"{LYON}/essais", f"{LYON}/essais/{number}/envoyer", f"{LYON}/essais/{number}/oublier"):
            answer = depositor.post(path, token, [("b.xlsx", b"x")])
            assert answer.history and "login" in answer.history[0].headers["Location"], answer.text[:300]
    assert depositor.get(f"{LYON}/essais/{number}/envoyer").status_code in {404, 405}
    assert lying(home, LYON) == [] and depositor.get(f"{LYON}/essais/{number}/").status_code == 200


@pytest.mark.parametrize(
    "name", ["../../evil.xlsx", "<img src=x onerror=alert(1)>.xlsx", "a\x1bb.xlsx", "n" * 300 + ".xlsx"]
)
def test_whatever_a_file_is_called_it_stays_text_in_its_own_folder(
    home: Home, depositor: Visitor, tmp_path: Path, name: str
) -> None:
    tried = depositor.try_file(LYON, name, workbook(tmp_path))
    assert tried.status_code == 200 and "<img" not in tried.text
    depositor.post(f"{LYON}/essais/{number_of(tried)}/envoyer", depositor.token(LYON))
    [laid] = lying(home, LYON)
    assert not set(laid) & set("/\\<>\x1b") and not list(home.root.parent.rglob("evil.xlsx"))[1:]
    assert "<img" not in depositor.get(f"{LYON}/").text
    (home.intake / LYON / laid).unlink()


def test_markup_in_cells_is_shown_as_text(depositor: Visitor, tmp_path: Path) -> None:
    rows = submission(LYON)
    rows["evaluations"][0]["IMP_1_1"] = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    shown = depositor.try_file(LYON, "a.xlsx", workbook(tmp_path, rows)).text
    assert "<script>alert" not in shown and "<img" not in shown and "&lt;script&gt;alert(1)" in shown


def test_the_page_runs_no_script_but_its_own(depositor: Visitor) -> None:
    answer = depositor.get(f"{LYON}/")
    policy = answer.headers["Content-Security-Policy"]
    [nonce] = re.findall(r"'nonce-([^']+)'", policy)
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert re.findall(r"<script([^>]*)>", answer.text) == [f' nonce="{nonce}"'] and " onclick=" not in answer.text


def test_an_upload_past_the_limit_is_refused_in_words_and_leaves_nothing(home: Home, depositor: Visitor) -> None:
    token = depositor.token(LYON)
    before = tries(home)
    for size in (25 * 2**20 + 2**19, 40 * 2**20):
        answer = depositor.post(f"{LYON}/essais", token, [("a.xlsx", b"x" * size)])
        assert answer.status_code == 413 and "Trop volumineux" in answer.text
    assert tries(home) == before


def test_nobody_and_an_account_that_was_closed_are_sent_to_the_login(
    home: Home, url: str, visitor: Callable[[str], Visitor], tmp_path: Path
) -> None:
    """Would have let a session that ended, or an account that lost its role, go on sending."""
    leaving = visitor("depot-parti")
    token = leaving.token(LYON)
    number = number_of(leaving.try_file(LYON, "a.xlsx", workbook(tmp_path)))
    close_account(home.superset, home.published, "depot-parti")
    for stranger in (Visitor(url), leaving):
        answer = stranger.post(f"{LYON}/essais/{number}/envoyer", token)
        assert "login" in answer.url or answer.status_code in {400, 401, 403}
        assert "login" in stranger.get(f"{LYON}/").url
    assert lying(home, LYON) == []


def test_a_coordinator_sends_for_an_establishment_and_it_is_said(
    home: Home, visitor: Callable[[str], Visitor], tmp_path: Path
) -> None:
    coordinator = visitor("gcs")
    assert coordinator.get("sans-reponse").status_code == 200
    number = number_of(coordinator.try_file(GRENOBLE, "pour.xlsx", workbook(tmp_path, submission(GRENOBLE))))
    coordinator.post(f"{GRENOBLE}/essais/{number}/envoyer", coordinator.token(GRENOBLE))
    assert lying(home, GRENOBLE) == ["pour.xlsx"]
    archive.receive(home)
    assert archive.reception(home, archive.last_number(home)).sent_by == "gcs (GCS)"


def test_a_role_taken_away_meanwhile_ends_the_sending(
    home: Home, url: str, visitor: Callable[[str], Visitor], tmp_path: Path
) -> None:
    """Would have let an account that is no depositor any more send what it had tried before."""
    add_account(home.superset, home.published, "depot-mute", "deposant", [LYON], KNOWN)
    moved = visitor("depot-mute")
    number = number_of(moved.try_file(LYON, "a.xlsx", workbook(tmp_path)))
    token = moved.token(LYON)
    admin = Session(url, "admin", read_accounts(home.superset)["admin"])
    [account] = [each for each in admin.every("security/users") if each["username"] == "depot-mute"]
    kept = [role["id"] for role in admin.every("security/roles") if role["name"] == READER_ROLE]
    admin.call("PUT", f"security/users/{account['id']}", json={"roles": kept})
    for path in (f"{LYON}/essais/{number}/envoyer", f"{LYON}/essais", f"{LYON}/retrait"):
        moved.post(path, token, [("b.xlsx", workbook(tmp_path))])
    assert lying(home, LYON) == [] and "Prendre le classeur" not in moved.get(f"{LYON}/").text
    assert moved.get(f"{LYON}/classeur").content[:2] != b"PK"


def test_an_upload_broken_off_leaves_nothing(home: Home, depositor: Visitor) -> None:
    """Would have left half a try, or judged it."""
    token, before = depositor.token(LYON), tries(home)
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="fichiers"; filename="a.xlsx"\r\n\r\nPK'
    )
    cookies = "; ".join(f"{name}={value}" for name, value in depositor.session.cookies.items())
    asked = (
        f"POST /mes-envois/{LYON}/essais HTTP/1.1\r\nHost: {urlsplit(depositor.url).netloc}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {2**20}\r\n\r\n{head}"
    )
    place = urlsplit(depositor.url)
    with socket.create_connection((str(place.hostname), int(place.port or 0))) as connection:
        connection.sendall(asked.encode() + b"x" * 2**16)
    assert depositor.get(f"{LYON}/").status_code == 200 and tries(home) == before and lying(home, LYON) == []


@contextmanager
def silent_reader(home: Home) -> Iterator[None]:
    """The workers of the resident reader take nothing meanwhile, as if each had a heavy file."""
    ours = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    [reader] = [one for one in ours if one.cmdline()[-2:] == [SERVE, str(home.root)]]
    workers = reader.children()
    for worker in workers:
        worker.suspend()
    try:
        yield
    finally:
        for worker in workers:
            worker.resume()


def test_what_waits_for_the_reader_leaves_threads_to_everything_else(
    home: Home, url: str, depositor: Visitor, visitor: Callable[[str], Visitor]
) -> None:
    """Sixty workbooks asked for at once kept everybody waiting for twenty seconds, /health too."""
    coordinator = visitor("gcs")

    def ask(at: int) -> int:
        asking, code = (depositor, LYON) if at % 2 else (coordinator, GRENOBLE)
        cookies = asking.session.cookies
        return requests.get(f"{url}/mes-envois/{code}/classeur", cookies=cookies, timeout=90).status_code

    with ThreadPoolExecutor(20) as threads:
        with silent_reader(home):
            asked = [threads.submit(ask, at) for at in range(20)]
            time.sleep(2)
            for path in ("health", "login/"):
                assert requests.get(f"{url}/{path}", timeout=20).status_code == 200
            assert coordinator.session.get(f"{url}/api/v1/me/", timeout=20).status_code == 200
            assert not any(each.done() for each in asked)
        assert {each.result() for each in asked} == {200}, "and nobody is refused"


@pytest.fixture
def pairs(home: Home) -> Iterator[tuple[str, str]]:
    """A published pair of Lyon's, whose other name holds markup."""
    own, other = f"{LYON}-1", f"{GRENOBLE}-1"
    home.current_release.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.current_release)) as release:
        release.execute(
            "create table mart_reader_duplicate_pair as select ? as reader_organisation_code, ? as use_case_code, "
            "'Tri' as use_case_label, ? as other_code, '<img src=x onerror=alert(1)>' as other_label, "
            "'CHU' as other_owner_label, 90 as likeness_score, 'En attente' as state_label, 1 as state_rank",
            [LYON, own, other],
        )
    yield own, other
    home.current_release.unlink()


def test_nobody_else_suggests_of_an_establishments_pairs(
    home: Home, depositor: Visitor, visitor: Callable[[str], Visitor], pairs: tuple[str, str]
) -> None:
    """Would have let others speak in its name, and whoever tries codes learn which are kept to the GCS."""
    form = {"cas": pairs[0], "autre": pairs[1], "avis": "meme", "motif": "<b>vu</b>"}
    token = depositor.token(LYON)
    assert "<img" not in depositor.get(f"{LYON}/").text
    reader = visitor("lecteur-lyon")
    reader_token = reader.session.get(f"{reader.url}/api/v1/security/csrf_token/").json()["result"]
    reader.post(f"{LYON}/doublons", reader_token, **form)
    assert depositor.post(f"{GRENOBLE}/doublons", token, **form).status_code == 404
    assert depositor.post(f"{LYON}/doublons", token, **{**form, "autre": f"{GRENOBLE}-2"}).status_code == 404
    depositor.post(f"{LYON}/doublons", "x", **form)
    assert current_suggestions(home) == {}
    answer = depositor.post(f"{LYON}/doublons", token, **form)
    assert answer.status_code == 200 and "Proposé : même cas" in answer.text and "<b>vu" not in answer.text
    [[said]] = current_suggestions(home).values()
    assert said.organisation_code == LYON
    shown = visitor("gcs").get("").text
    assert "même cas d&#39;usage" in shown and "<b>vu" not in shown


def tries(home: Home) -> int:
    return len(list((home.root / "door").iterdir())) if (home.root / "door").exists() else 0
