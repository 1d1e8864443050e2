"""Signing in through an OpenID Connect provider, in a real browser: who gets in, as what, and who does not."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import duckdb
import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page

from dashboards.files.bundle import read_bundle
from dashboards.publishing.client import PublicationError, Session
from dashboards.publishing.publisher import publish
from dashboards.serving.accounts import close_account, list_accounts, renew_password
from dashboards.serving.server import read_accounts
from pipelines.operations.sign_in import sign_in_variables
from sources.home.configuration import FILE_NAME
from sources.home.home import Home
from tests.attempts.attacker import Place, codes_of, which_establishments
from tests.dashboards import identity_provider
from tests.dashboards.conftest import OWN, Server
from tests.dashboards.identity_provider import CLIENT_ID, IdentityProvider, running_provider
from tests.dashboards.installation import READER_PAGES
from tests.dashboards.page import DashboardPage
from tests.dashboards.serving.servers import free_port, serving

pytestmark = [pytest.mark.browser, pytest.mark.superset]

OTHER = "420784878"
SECRET = "secret-du-client"
CONFIGURATION = """
[servers]
superset_url = "{url}"

[oidc]
issuer = "{issuer}"
client_id = "{client_id}"
reader_groups = {{ "ia-hcl" = ["690781810"], "ia-loire" = ["420784878"] }}
coordinator_groups = ["ia-gcs"]
engineer_groups = ["ia-donnees"]
admin_groups = ["ia-admin"]
"""


@dataclass
class SignedServer:
    """A Superset whose people come from a provider; `home` is the installation's."""

    url: str
    home: Home
    provider: IdentityProvider
    log: Path

    def accounts(self) -> dict[str, tuple[str, ...]]:
        return {account.name: account.roles for account in list_accounts(self.home.superset, self.home.published)}

    def api_login(self, name: str, password: str) -> int:
        body = {"username": name, "password": password, "provider": "db"}
        return requests.post(f"{self.url}/api/v1/security/login", json=body, timeout=60).status_code


@pytest.fixture(scope="module")
def signed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedServer]:
    """The published pages on a copy of the metadata, with the provider of a real configuration."""
    home = Home(tmp_path_factory.mktemp("oidc") / "home")
    home.superset.mkdir(parents=True)
    for name in ("secret_key", "comptes.txt"):
        shutil.copy(server.superset_home / name, home.superset / name)
    with (
        closing(sqlite3.connect(server.superset_home / "metadata.db")) as now,
        closing(sqlite3.connect(home.superset / "metadata.db")) as copy,
    ):
        now.backup(copy)
    home.published.symlink_to(server.superset_home.parent / "published")
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", home.root / "superset.log"
    with running_provider() as provider, pytest.MonkeyPatch.context() as environment:
        text = CONFIGURATION.format(url=url, issuer=provider.url, client_id=CLIENT_ID)
        (home.root / FILE_NAME).write_text(text, encoding="utf-8")
        environment.setenv("CARTOGRAPHIE_OIDC__CLIENT_SECRET", SECRET)
        variables = sign_in_variables(home) | {"CARTOGRAPHIE_LOGIN_FAILURES": "3 per 5 minutes"}
        with serving(home.superset, home.published, log, variables, port):
            yield SignedServer(url, home, provider, log)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1366, "height": 2400}, locale="en-GB")
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def sign_in(context: BrowserContext, signed: SignedServer, subject: str) -> Page:
    """Go through the login page and the provider's, as a person would; return the page that stands at the end."""
    page = context.new_page()
    page.goto(f"{signed.url}/login/")
    page.get_by_text("Se connecter avec").click()
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{signed.url}/**")
    return page


def asked(page: Page, signed: SignedServer, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer of Superset's API to the person who is signed in."""
    if body is None:
        return page.request.get(f"{signed.url}/api/v1/{path}")
    token = page.request.get(f"{signed.url}/api/v1/security/csrf_token/").json()["result"]
    headers = {"X-CSRFToken": token, "Referer": signed.url, "Content-Type": "application/json"}
    return page.request.post(f"{signed.url}/api/v1/{path}", data=json.dumps(body), headers=headers)


def pages_seen(page: Page, signed: SignedServer) -> set[str]:
    return {found["slug"] for found in asked(page, signed, "dashboard/").json()["result"]}


@dataclass(frozen=True)
class Question:
    """What a chart of a page may be asked: every value of a column of its mart."""

    table: str
    slug: str
    chart: str
    column: str


ALL_ANSWERS = Question("mart_answer", "fiche", "Réponses par établissement et par rôle", "organisation_code")


def ask(page: Page, signed: SignedServer, question: Question) -> Any:
    place = Place.seen_by(Session(signed.url, "admin", read_accounts(signed.home.superset)["admin"]))
    body = {
        "datasource": {"id": place.datasets[question.table], "type": "table"},
        "form_data": {"dashboardId": place.pages[question.slug], "slice_id": place.charts[question.chart]},
        "queries": [{"columns": [question.column], "metrics": [], "row_limit": 10_000}],
        "result_format": "json",
        "result_type": "full",
    }
    return asked(page, signed, "chart/data", body)


def own_establishments(page: Page, signed: SignedServer) -> set[str]:
    """Whose rows the page of establishments shows: its own filter tells."""
    admin = Session(signed.url, "admin", read_accounts(signed.home.superset)["admin"])
    place = Place.seen_by(admin)
    return codes_of(admin, place, values(asked(page, signed, "chart/data", which_establishments(place))))


def values(answer: Any) -> set[str]:
    assert answer.status == 200, answer.text()[:400]
    return {value for row in answer.json()["result"][0]["data"] for value in row.values()}


def refusal(page: Page) -> str:
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.documentElement.lang") == "fr"
    return page.get_by_role("alert").inner_text()


def test_the_login_page_is_french_and_asks_for_no_password(signed: SignedServer, context: BrowserContext) -> None:
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{signed.url}/login/")
    page.get_by_text("Se connecter avec Gcs").wait_for()
    text = page.locator("body").inner_text()
    assert not {"Sign in", "Sign in with", "Username", "Password", "Mot de passe"} & set(text.split("\n"))
    assert page.locator("input:visible").count() == 0
    # Superset's telemetry pixel alone is barred
    assert [line for line in told if "Content Security Policy" in line and "pixel" not in line] == []


def test_a_reader_sees_the_page_of_establishments_and_its_own_rows_alone(
    signed: SignedServer, context: BrowserContext, published: duckdb.DuckDBPyConnection
) -> None:
    signed.provider.person("lectrice", groups=["tout-le-personnel", "ia-hcl"], name="Anne Dupont")
    page = sign_in(context, signed, "lectrice")
    assert pages_seen(page, signed) == READER_PAGES
    own = DashboardPage(page, signed.url)
    own.open("etablissement")
    [(name,)] = published.execute(
        "select organisation_title from dim_establishment where organisation_code = ?", [OWN]
    ).fetchall()
    assert own.choices("establishment") == [name]
    assert len(own.table("Mes réponses, cellule par cellule")) > 3
    assert own_establishments(page, signed) == {OWN}
    assert ask(page, signed, ALL_ANSWERS).status == 403
    assert signed.accounts()["oidc:lectrice"] == ("Lecteur établissement", f"Établissement {OWN}")


def test_a_coordinator_sees_every_page_after_coming_from_an_address_that_was_sent(
    signed: SignedServer, context: BrowserContext
) -> None:
    signed.provider.person("coordinatrice", groups="ia-gcs", given_name="Léa", family_name="Martin")
    page = context.new_page()
    page.goto(f"{signed.url}/superset/dashboard/matrice/")
    page.get_by_text("Se connecter avec").click()
    page.locator("input[name=sub]").fill("coordinatrice")
    page.get_by_role("button", name="Authorize").click()
    page.locator("[data-test=chart-grid-component]").first.wait_for()
    assert "/superset/dashboard/matrice/" in page.url
    assert pages_seen(page, signed) == {document.content["slug"] for document in read_bundle().dashboards}
    assert signed.accounts()["oidc:coordinatrice"] == ("Coordinateur GCS",)


def test_the_widest_group_counts_and_no_row_of_others_is_hidden_by_a_narrower_one(
    signed: SignedServer, context: BrowserContext
) -> None:
    signed.provider.person("les-deux", groups=["ia-hcl", "ia-donnees", "ia-gcs"])
    page = sign_in(context, signed, "les-deux")
    assert signed.accounts()["oidc:les-deux"] == ("Ingénieur données",)
    assert {OWN, OTHER} <= own_establishments(page, signed)


@pytest.mark.parametrize("claims", [{}, {"groups": []}, {"groups": ["tout-le-personnel"]}, {"groups": ["Admin"]}])
def test_without_a_known_group_nobody_gets_in_and_is_told_why(
    signed: SignedServer, context: BrowserContext, claims: dict[str, Any]
) -> None:
    signed.provider.person("sans-groupe", **claims)
    page = sign_in(context, signed, "sans-groupe")
    assert "aucun de vos groupes n’ouvre la cartographie" in refusal(page)
    assert asked(page, signed, "me/").status == 401
    assert "oidc:sans-groupe" not in signed.accounts()


def test_a_group_that_is_taken_away_takes_the_right_away_even_from_who_owned_pages(
    signed: SignedServer, context: BrowserContext, browser: Browser
) -> None:
    signed.provider.person("partant", groups=["ia-gcs"])
    before = sign_in(context, signed, "partant")
    admin = read_accounts(signed.home.superset)["admin"]
    publish(signed.url, "admin", admin)  # makes coordinators the owners of what they may change
    assert len(values(ask(before, signed, ALL_ANSWERS))) > 1

    signed.provider.person("partant", groups=["ia-loire"])
    with browser.new_context() as elsewhere:
        after = sign_in(elsewhere, signed, "partant")
        assert pages_seen(after, signed) == READER_PAGES
        assert own_establishments(after, signed) == {OTHER}
        assert ask(after, signed, ALL_ANSWERS).status == 403
    assert signed.accounts()["oidc:partant"] == ("Lecteur établissement", f"Établissement {OTHER}")
    assert pages_seen(before, signed) == READER_PAGES

    signed.provider.person("partant", groups=[])
    with browser.new_context() as elsewhere:
        assert "aucun de vos groupes" in refusal(sign_in(elsewhere, signed, "partant"))
    assert signed.accounts()["oidc:partant"] == ()
    assert asked(before, signed, "dashboard/").status == 403


FORGERIES = {
    "signed by another key": identity_provider.of_another_key,
    "not signed": identity_provider.unsigned,
    "changed after it was signed": identity_provider.tampered,
    "no token": identity_provider.without_token,
    "of another issuer": identity_provider.with_claims(iss="https://ailleurs.example"),
    "for another application": identity_provider.with_claims(aud="autre-application"),
    "for nobody": identity_provider.with_claims(aud=None),
    "of another sign-in": identity_provider.with_claims(nonce="celui-d-un-autre"),
    "without its sign-in": identity_provider.with_claims(nonce=None),
    "expired": identity_provider.with_claims(exp=identity_provider.long_ago()),
    "without end": identity_provider.with_claims(exp=None),
    "of no person": identity_provider.with_claims(sub=None),
}


@pytest.mark.parametrize("forger", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_token_that_proves_nothing_opens_nothing(
    signed: SignedServer, context: BrowserContext, forger: identity_provider.Forger
) -> None:
    signed.provider.person("victime", groups=["ia-admin"])
    signed.provider.forger = forger
    try:
        page = sign_in(context, signed, "victime")
    finally:
        signed.provider.forger = None
    assert "n’a pas pu être vérifiée" in refusal(page)
    assert asked(page, signed, "me/").status == 401
    assert "oidc:victime" not in signed.accounts()


# The same, and more, without a browser.
UNPROVEN = FORGERIES | {
    "HS256 with the public key": identity_provider.signed_with_what_is_public,
    "HS256 with the client's secret": identity_provider.signed_with_the_clients_secret(SECRET),
    "a key of its own": identity_provider.with_its_own_key,
    "encrypted with the public key": identity_provider.encrypted,
    "not yet": identity_provider.with_claims(nbf=4_102_444_800),
    "of tomorrow": identity_provider.with_claims(iat=4_102_444_800),
    "for two, by the other": identity_provider.with_claims(aud=[CLIENT_ID, "autre"], azp="autre"),
    "for us, by another": identity_provider.with_claims(azp="autre"),
    "of another access": identity_provider.with_claims(at_hash="AAAA"),
    "of an empty name": identity_provider.with_claims(sub=""),
    "of a blank name": identity_provider.with_claims(sub="  "),
    "of a name with an end of line": identity_provider.with_claims(sub="victime\nadmin"),
    "of a name that does not show": identity_provider.with_claims(sub="victime\u200b"),
    "of a name with a nought": identity_provider.with_claims(sub="victime\0"),
    "of several": identity_provider.with_claims(sub=["admin"]),
    "of a number": identity_provider.with_claims(sub=1),
    "groups by name and value": identity_provider.with_claims(groups={"ia-admin": True}),
    "groups in groups": identity_provider.with_claims(groups=[["ia-admin"]]),
    "groups in one text": identity_provider.with_claims(groups="x,ia-admin ia-admin"),
    "groups spelt otherwise": identity_provider.with_claims(groups=["IA-ADMIN", "ia-admin ", "Admin"]),
    "groups that are true": identity_provider.with_claims(groups=True),
}


def begun(signed: SignedServer, subject: str, next_page: str = "") -> tuple[requests.Session, str]:
    """A person's session and the address by which the provider sends it back, not yet followed."""
    session = requests.Session()
    asked = session.get(f"{signed.url}/login/gcs", params={"next": next_page}, allow_redirects=False)
    answer = requests.post(asked.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=60)
    return session, answer.headers["Location"]


def name_of(signed: SignedServer, session: requests.Session) -> str | int:
    answer = session.get(f"{signed.url}/api/v1/me/")
    return str(answer.json()["result"]["username"]) if answer.status_code == 200 else answer.status_code


def came_back(session: requests.Session, address: str) -> requests.Response:
    return session.get(address, allow_redirects=False)


@pytest.mark.parametrize("kind", UNPROVEN)
def test_no_token_that_proves_nothing_is_taken(signed: SignedServer, kind: str) -> None:
    """Would have made whoever answers for the provider anybody, an administrator too."""
    before = signed.accounts()
    signed.provider.person("victime-nue", groups=["ia-admin"])
    session, back = begun(signed, "victime-nue")
    signed.provider.forger = UNPROVEN[kind]
    try:
        answer = came_back(session, back)
    finally:
        signed.provider.forger = None
    assert answer.status_code == 403 and name_of(signed, session) == 401
    assert signed.accounts() == before


def test_two_names_that_differ_in_case_are_two_persons(signed: SignedServer) -> None:
    """« eve » was let into the account of « Eve », and had her tries and her name."""
    signed.provider.person("Eve", groups=["ia-hcl"])
    signed.provider.person("eve", groups=["ia-loire"])
    seen = []
    for subject in ("Eve", "eve", "Eve"):
        session, back = begun(signed, subject)
        came_back(session, back)
        seen.append(name_of(signed, session))
    assert seen == ["oidc:Eve", "oidc:eve", "oidc:Eve"]
    assert signed.accounts()["oidc:Eve"][1:] == (f"Établissement {OWN}",)
    close_account(signed.home.superset, signed.home.published, "oidc:eve")
    session, back = begun(signed, "Eve")
    assert came_back(session, back).status_code == 302 and name_of(signed, session) == "oidc:Eve"


def test_an_answer_is_good_once_and_in_the_browser_that_asked(signed: SignedServer) -> None:
    """Would have signed a person in as the attacker (and told him what she sends), or the attacker as her."""
    signed.provider.person("appelant", groups=["ia-hcl"])
    session, back = begun(signed, "appelant")
    stranger, (other, _) = requests.Session(), begun(signed, "appelant")
    assert [came_back(one, back).status_code for one in (stranger, other)] == [403, 403]
    assert [name_of(signed, one) for one in (stranger, other)] == [401, 401]
    kept = requests.Session()
    kept.cookies.update(session.cookies)
    assert came_back(session, f"{back}&iss=https://ailleurs.example").status_code == 403
    session, back = begun(signed, "appelant")
    kept.cookies.update(session.cookies)
    assert came_back(session, back).status_code == 302 and name_of(signed, session) == "oidc:appelant"
    assert came_back(kept, back).status_code == 403 and name_of(signed, kept) == 401


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "http:evil.example", "///evil.example",
     "\t//evil.example", "javascript:alert(1)", "http://127.0.0.1@evil.example", "\\\\evil.example"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(signed: SignedServer, address: str) -> None:
    signed.provider.person("appelant", groups=["ia-hcl"])
    session, back = begun(signed, "appelant", address)
    first = came_back(session, back)
    again = session.get(f"{signed.url}/login/gcs", params={"next": address}, allow_redirects=False)
    for answer in (first, again):
        assert answer.status_code == 302
        assert urlsplit(urljoin(signed.url, answer.headers["Location"])).netloc == urlsplit(signed.url).netloc


def test_a_password_that_a_person_of_the_provider_gave_herself_opens_nothing(signed: SignedServer) -> None:
    """An administrator who left kept the API: her groups are read when she signs in, and she never did again."""
    signed.provider.person("cheffe", groups=["ia-admin"])
    session, back = begun(signed, "cheffe")
    came_back(session, back)
    token = session.get(f"{signed.url}/api/v1/security/csrf_token/").json()["result"]
    headers = {"X-CSRFToken": token, "Referer": signed.url}
    session.put(f"{signed.url}/api/v1/me/", json={"password": "Falaise-7-rivage-brun"}, headers=headers)
    assert signed.api_login("oidc:cheffe", "Falaise-7-rivage-brun") == 401


def test_two_windows_of_a_new_person_both_get_in(signed: SignedServer) -> None:
    signed.provider.person("pressee", groups=["ia-hcl"])
    windows = [begun(signed, "pressee") for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        found = [answer.status_code for answer in threads.map(lambda window: came_back(*window), windows)]
    assert found == [302] * 4 and signed.accounts()["oidc:pressee"][1:] == (f"Établissement {OWN}",)


def test_no_word_of_an_address_ends_a_line_of_the_journal(signed: SignedServer) -> None:
    """Anybody wrote lines of his own into the log, and moved the cursor of who read it."""
    said = {"error": "refus\nLIGNE-FORGEE\x1b[31m"}
    assert requests.get(f"{signed.url}/oauth-authorized/gcs", params=said, timeout=60).status_code == 403
    signed.api_login("personne\nLIGNE-FORGEE", "essai")
    log = signed.log.read_text(encoding="utf-8")
    assert "LIGNE-FORGEE" in log and "\x1b" not in log
    assert not any(line.startswith("LIGNE-FORGEE") for line in log.splitlines())


def test_an_answer_that_nobody_asked_for_and_a_refusal_of_the_provider_open_nothing(
    signed: SignedServer, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{signed.url}/oauth-authorized/gcs?code=vole&state=vole")
    assert "n’a pas pu être vérifiée" in refusal(page)
    page.get_by_text("Recommencer").click()
    page.get_by_text("Se connecter avec").click()
    page.get_by_role("button", name="Deny").click()
    assert "n’a pas accordé l’accès" in refusal(page)


def test_no_name_at_the_provider_takes_a_local_account_over(signed: SignedServer, context: BrowserContext) -> None:
    signed.provider.person("admin", groups=["ia-hcl"], preferred_username="admin", email="admin@cartographie.invalid")
    page = sign_in(context, signed, "admin")
    assert pages_seen(page, signed) == READER_PAGES
    assert signed.accounts()["admin"] == ("Admin",)
    assert signed.accounts()["oidc:admin"] == ("Lecteur établissement", f"Établissement {OWN}")


def test_a_closed_account_stays_closed_until_it_is_opened_again(
    signed: SignedServer, context: BrowserContext, browser: Browser
) -> None:
    signed.provider.person("ferme", groups=["ia-hcl"])
    before = sign_in(context, signed, "ferme")
    assert pages_seen(before, signed) == READER_PAGES
    close_account(signed.home.superset, signed.home.published, "oidc:ferme")
    assert asked(before, signed, "me/").status == 401
    with browser.new_context() as elsewhere:
        assert "a été fermé" in refusal(sign_in(elsewhere, signed, "ferme"))
    assert renew_password(signed.home.superset, signed.home.published, "oidc:ferme") is None
    with browser.new_context() as elsewhere:
        assert pages_seen(sign_in(elsewhere, signed, "ferme"), signed) == READER_PAGES


def test_signing_out_leaves_the_provider_too(signed: SignedServer, context: BrowserContext) -> None:
    signed.provider.person("lectrice", groups=["ia-hcl"])
    page = sign_in(context, signed, "lectrice")
    page.goto(f"{signed.url}/logout/")
    assert page.url.startswith(f"{signed.provider.url}/oauth2/end_session")
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(f"{signed.url}/login/**")
    assert asked(page, signed, "me/").status == 401


def test_passwords_open_the_api_to_administrators_alone_and_the_publisher_goes_on(signed: SignedServer) -> None:
    passwords = read_accounts(signed.home.superset)
    again = publish(signed.url, "admin", passwords["admin"], prove=True)
    assert (again.changed, again.removed) == (False, [])
    assert again.queried == len(read_bundle().charts)
    with pytest.raises(PublicationError, match="refuse le compte « lecture »"):
        publish(signed.url, "lecture", passwords["lecture"])
    # the login page's form has no address any more
    form = {"username": "admin", "password": passwords["admin"]}
    assert requests.post(f"{signed.url}/login/", data=form, timeout=60).status_code == 405


def test_a_session_that_a_password_opened_before_is_over(
    signed: SignedServer, server: Server, context: BrowserContext
) -> None:
    local = DashboardPage(context.new_page(), server.url)
    local.log_in("lecture", server.password("lecture"))
    # cookies know no ports, and both servers have one key: here the provider was switched on in between
    assert local.page.request.get(f"{server.url}/api/v1/me/").status == 200
    assert local.page.request.get(f"{signed.url}/api/v1/me/").status == 401


def test_guessing_passwords_is_still_slowed_down(signed: SignedServer) -> None:
    # each of the two processes of the server counts for itself: one of them had more than three
    answers = [signed.api_login("quelqu-un", "essai") for _ in range(8)]
    assert answers[:3] == [401, 401, 401] and 429 in answers


def test_the_secret_is_in_no_page_and_in_no_journal(signed: SignedServer) -> None:
    page = requests.get(f"{signed.url}/login/", timeout=60).text
    assert signed.provider.url not in page
    assert SECRET not in page + signed.log.read_text(encoding="utf-8")
