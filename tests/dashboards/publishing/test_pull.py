"""A page changed in the browser comes back as a readable diff, and is not overwritten before."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser

from dashboards.files.bundle import FOLDER, read_bundle
from dashboards.files.check import check_closure
from dashboards.files.normalise import normalise
from dashboards.publishing.client import PublicationError, Session, UnpulledChanges
from dashboards.publishing.publisher import publish
from dashboards.publishing.pull import pull
from dashboards.publishing.remote import changed_in_browser, standing
from dashboards.written.folder import Folder
from tests.dashboards.conftest import Server
from tests.dashboards.installation import logged_in

pytestmark = pytest.mark.superset

CHART = "matrice/charts/pareto.yaml"


@pytest.fixture
def editor(server: Server) -> Session:
    return Session(server.url, "editeur", server.password("editeur"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "dashboards"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("superset", "*.py", "__pycache__"))
    return copy


@pytest.fixture
def renamed(server: Server, editor: Session) -> Iterator[str]:
    """An editor renames a chart in the browser; the pages are as committed again afterwards."""
    title = yaml.safe_load((FOLDER / CHART).read_text(encoding="utf-8"))["slice_name"]
    number = next(chart["id"] for chart in editor.every("chart") if chart["slice_name"] == title)
    editor.call("PUT", f"chart/{number}", json={"slice_name": "Front de Pareto, renommé"})
    yield "Front de Pareto, renommé"
    editor.call("PUT", f"chart/{number}", json={"slice_name": title})


def admin(server: Server) -> tuple[str, str, str]:
    return server.url, "admin", server.password("admin")


def test_what_was_published_is_what_stands_on_the_server(server: Server) -> None:
    bundle = read_bundle()
    found = standing(Session(*admin(server)), bundle)
    assert {thing.uuid for thing in found} == {document.uuid for document in bundle.documents[1:]}
    assert [thing for thing in found if thing.is_changed] == []


def test_a_change_made_in_the_browser_comes_back_as_its_one_line(server: Server, folder: Path, renamed: str) -> None:
    [file] = pull(*admin(server), folder=folder)
    assert file.path == CHART
    changed = [line for line in file.diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    assert changed == ["-slice_name: Front de Pareto", f"+slice_name: {renamed}"]
    assert list(check_closure(read_bundle(folder))) == []
    assert pull(*admin(server), folder=folder) == []


@pytest.fixture
def without_rank(browser: Browser, server: Server, editor: Session) -> Iterator[None]:
    """The last of a chart's measures is taken out in the editor, and the chart saved; as before afterwards."""
    number = next(chart["id"] for chart in editor.every("chart") if chart["slice_name"] == "Front de Pareto")
    before = editor.call("GET", f"chart/{number}")["result"]
    kept = {key: before[key] for key in ("params", "query_context")}
    with logged_in(browser, server, "editeur") as pages:
        page = pages.page
        page.goto(f"{server.url}/explore/?slice_id={number}")
        page.locator("[data-test=remove-control-button]").nth(4).click()
        page.locator("[data-test=run-query-button]").click()
        page.locator("[data-test=query-save-button]").click()
        with page.expect_response(lambda answer: answer.request.method == "PUT" and f"/chart/{number}" in answer.url):
            page.locator("[data-test=btn-modal-save]").click()
    yield
    editor.call("PUT", f"chart/{number}", json=kept)


@pytest.mark.browser
def test_a_measure_taken_out_in_the_editor_comes_back_as_its_one_line(
    server: Server, folder: Path, without_rank: None
) -> None:
    [file] = pull(*admin(server), folder=folder)
    changed = [line for line in file.diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    assert (file.path, changed) == (CHART, ["-  - priority_place"])


def test_publishing_over_a_change_that_was_not_pulled_is_refused_by_name(
    server: Server, folder: Path, renamed: str
) -> None:
    spoil(folder, "matrice/charts/ranking.yaml")
    with pytest.raises(UnpulledChanges, match=renamed):
        publish(*admin(server), folder=folder)
    assert renamed in {chart["slice_name"] for chart in Session(*admin(server)).every("chart")}


def test_publishing_what_stands_there_already_says_what_was_not_pulled(server: Server, renamed: str) -> None:
    told: list[str] = []
    assert not publish(*admin(server), report=told.append).changed
    assert any(renamed in line and "« cartographie dashboards pull »" in line for line in told)
    assert renamed in {chart["slice_name"] for chart in Session(*admin(server)).every("chart")}


def test_after_a_pull_publishing_keeps_the_change(server: Server, folder: Path, renamed: str) -> None:
    pull(*admin(server), folder=folder)
    assert publish(*admin(server), folder=folder).changed
    assert renamed in {chart["slice_name"] for chart in Session(*admin(server)).every("chart")}
    assert changed_in_browser(Session(*admin(server)), read_bundle(folder)) == []
    assert publish(*admin(server), force=True).changed


def test_a_file_changed_on_both_sides_is_brought_together_by_a_person(
    server: Server, folder: Path, renamed: str
) -> None:
    spoil(folder, CHART)
    before = (folder / CHART).read_text(encoding="utf-8")
    with pytest.raises(PublicationError, match="changé à la fois"):
        pull(*admin(server), folder=folder)
    assert (folder / CHART).read_text(encoding="utf-8") == before


def test_an_owner_who_only_looks_at_a_page_changes_nothing() -> None:
    """The front end of an owner writes colours into the page that it shows."""
    page = next(page.content for page in read_bundle().dashboards if page.content["slug"] == "matrice")
    looked_at = {
        **page,
        "metadata": {
            **page["metadata"],
            "color_scheme_domain": ["#0072B2"],
            "shared_label_colors": [],
            "map_label_colors": {"x": "#0072B2"},
        },
    }
    assert normalise(looked_at) == normalise(page)


def spoil(folder: Path, path: str) -> None:
    written = Folder(folder)
    written.write(path, {**written.read(path), "description": "Une autre phrase."})
