"""« Mes envois » as its depositor goes through it, from the login to the published figure and back.

The account and the page's address are all that is given: the workbook is taken from the page, filled as a spreadsheet
would, tried, mended in its annotated copy, sent, seen on the pages, replaced, withdrawn. Each step is timed and
photographed on two screens, in CARTOGRAPHIE_PICTURES where that is set: the guide's pictures (docs/pictures) are cut
from those. The home is put back as it was.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from dashboards.serving.accounts import add_account
from pipelines.operations.door.asking import is_answering
from quality.batch.batch import process
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import load_referential
from tests.dashboards.accessibility import faults_of
from tests.dashboards.conftest import ESTABLISHMENTS, OWN, Server
from tests.dashboards.filling import MISTAKES, fill, leave_out_the_last, mend
from tests.dashboards.installation import logged_in
from tests.faults.running import wait
from tests.needs import libreoffice
from tests.pipelines.conftest import Installation

pytestmark = [pytest.mark.browser, pytest.mark.superset]

CAMPAIGN = "2026-1"
SCREENS = {"portable": (1366, 768), "telephone": (390, 844)}
CAMPAIGN_LABEL = "Campagne 2026"
MATRIX = "Mes scores et ceux du GCS"
WIDER_THAN_SCREEN = "() => document.scrollingElement.scrollWidth - window.innerWidth"
CUT_WORDS = """() => [...document.querySelectorAll('td, th')].filter(cell => cell.checkVisibility()
    && cell.innerText.length > 12 && cell.getBoundingClientRect().width < 60).map(cell => cell.innerText)"""
"""Cells so narrow that their text stands letter below letter."""


@dataclass
class Walk:
    """One person's way through the page: each step by name, with what it took and what it looked like."""

    page: Page
    url: str
    pictures: Path
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began
        print(f"{name} : {self.seconds[name]:.1f} s")

    def photograph(self, name: str) -> None:
        """On both screens, where nothing may be cut, wider than the screen or told by looks alone."""
        for screen, (width, height) in SCREENS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            assert self.page.evaluate(WIDER_THAN_SCREEN) <= 0, (name, screen)
            assert self.page.evaluate(CUT_WORDS) == [], (name, screen)
            assert faults_of(self.page) == [], (name, screen)
            picture = self.pictures / f"{name}-{screen}.jpg"
            self.page.screenshot(path=picture, full_page=True, type="jpeg", quality=55)

    def open(self) -> None:
        self.page.goto(f"{self.url}/mes-envois/")
        self.page.get_by_role("heading", name="3. Suivre").wait_for()

    def take(self, link: str, folder: Path) -> Path:
        """Click what gives a file, and keep it under the name that it is given."""
        with self.page.expect_download() as given:
            self.page.get_by_role("link", name=link).first.click()
        path = folder / given.value.suggested_filename
        given.value.save_as(path)
        return path

    def try_file(self, path: Path) -> str:
        """Choose a file, press « Essayer », and read the verdict."""
        self.page.get_by_label("Un ou plusieurs fichiers").set_input_files(path)
        self.page.get_by_role("button", name="Essayer").click()
        self.page.get_by_role("heading", name="Ce que la réponse dira").wait_for()
        return self.told()

    def told(self) -> str:
        """What stands on the page, with plain blanks."""
        return self.page.locator("main").inner_text().replace("\xa0", " ").replace("\u202f", " ")

    def send(self) -> None:
        self.page.get_by_role("button", name="Envoyer ce fichier").click()
        self.page.wait_for_url(lambda address: address.endswith("#suivi"))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.environ.get("CARTOGRAPHIE_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def door(home: Path, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The home with its resident reader and the account of a depositor; put back as it was for the other tests."""
    aside = tmp_path_factory.mktemp("aside") / "home"
    shutil.copytree(home, aside, symlinks=True, ignore=shutil.ignore_patterns("superset*", "*.sock"))
    add_account(home / "superset", home / "published", "depot-hcl", "deposant", [OWN], ESTABLISHMENTS)
    reader = subprocess.Popen([sys.executable, "-m", "pipelines.operations.door.serve", str(home)])
    try:
        wait(lambda: is_answering(Home(home), 5), 60, "the reader does not answer", 0.2)
        yield Home(home)
    finally:
        reader.terminate()
        reader.wait(timeout=20)
        for kept in aside.iterdir():
            place = home / kept.name
            shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
            kept.rename(place)


@libreoffice
def test_from_the_login_to_the_published_figure_and_back(
    browser: Browser, server: Server, door: Home, pictures: Path, tmp_path: Path
) -> None:
    with logged_in(browser, server, "depot-hcl") as own:
        walk = Walk(own.page, server.url, pictures)
        with walk.step("prendre"):
            walk.open()
            path = walk.take("Classeur prérempli", tmp_path)
        walk.photograph("guichet")
        with walk.step("dire ce qu'on pense d'un doublon"):
            suggest_that_the_first_pair_is_one(walk)
        count = fill(path)
        assert count > len(MISTAKES) and OWN in path.name
        with walk.step("essayer"):
            told = walk.try_file(path)
        assert "Rien n'a encore été envoyé" in told and f"{len(MISTAKES)} lignes à corriger" in told
        walk.photograph("essai-fautes")
        with walk.step("reprendre le classeur annoté"):
            annotated = walk.take("annoté", tmp_path)
        mend(annotated)
        walk.open()
        assert "il n'y a rien à corriger" in walk.try_file(annotated)
        walk.photograph("essai-bon")
        with walk.step("envoyer"):
            walk.send()
        assert "En attente d'être pris" in walk.told()
        with walk.step("publier"):
            publish(door)
        walk.open()
        assert "Lu et publié" in walk.told()
        walk.photograph("suivi")
        with walk.step("voir les chiffres"):
            own.open("etablissement")
            own.choose("campaign", CAMPAIGN_LABEL)
            shown = {(b[3], float(b[1]), float(b[0])) for b in own.bubbles(MATRIX)}
        assert shown and shown == published_scores(door)

        walk.open()
        fewer = walk.take("Classeur prérempli", tmp_path)
        leave_out_the_last(fewer)
        with walk.step("remplacer"):
            told = walk.try_file(fewer)
            assert "remplacera l'envoi n°" in told and "1 ligne de l'envoi précédent n'y est plus" in told
            walk.photograph("remplacer")
            walk.send()
        archive.receive(door)
        process(door, load_referential(door.referential))
        walk.open()
        assert "Remplacé" in walk.told()
        with walk.step("retirer"):
            walk.page.get_by_role("button", name="Retirer ce dossier…").first.click()
            walk.page.get_by_role("heading", name="Ce que la réponse dira").wait_for()
            assert "retirera l'envoi n°" in walk.told()
            walk.photograph("retirer")
            walk.send()
        publish(door)
        walk.open()
        assert "Retiré" in walk.told() and published_scores(door) == set()


def suggest_that_the_first_pair_is_one(walk: Walk) -> None:
    walk.page.get_by_text("Proposer…").first.click()
    walk.page.get_by_label("même cas d'usage").first.check()
    walk.photograph("doublon")
    walk.page.get_by_role("button", name="Proposer").first.click()
    walk.page.wait_for_url(lambda address: address.endswith("#doublons"))
    assert "Proposé : même cas d'usage" in walk.told()


def publish(home: Home) -> None:
    """What ``up`` does by itself once a file lies there."""
    assert Installation(home, load_referential(home.referential)).run().success


def published_scores(home: Home) -> set[tuple[str, float, float]]:
    """Title, impact and effort of each use case that the establishment's page has to show for the campaign."""
    with duckdb.connect(str(home.published / "current" / "warehouse.duckdb"), read_only=True) as release:
        rows = release.execute(
            "select use_case_title, impact_score, effort_score from mart_reader_matrix "
            "where reader_organisation_code = ? and campaign_label = ? and profile_code = 'equilibre' "
            "and view_code <> 'own_snapshot' and quadrant_code not in ('non_evalue', 'non_publie')",
            [OWN, CAMPAIGN_LABEL],
        ).fetchall()
    return {(title, float(impact), float(effort)) for title, impact, effort in rows}
