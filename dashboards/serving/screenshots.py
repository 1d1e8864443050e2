"""Photographs each page as an account sees it, whole, on the two screens that it must suit.

Needs chromium and playwright, which only the project's developers install.
"""

from collections.abc import Iterator
from pathlib import Path

from dashboards.files.bundle import FOLDER, read_bundle
from dashboards.serving.browser import find_chromium

SCREENS = {"portable": (1366, 768), "projecteur": (1920, 1080)}
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_TALLEST = 8000
_PATIENCE = 120_000  # milliseconds: a page of many charts on a busy machine


class ScreenshotFailure(Exception):
    """No page could be photographed; the message is a French sentence that names what to do."""


def photograph(
    url: str, user: str, password: str, target: Path, folder: Path = FOLDER, *, first_screen: bool = False
) -> Iterator[Path]:
    """Write `<slug>-<screen>.png` for each page below `target`; yield the files as they are written.

    With `first_screen` only what the smaller screen shows of a page as it opens, in `<slug>.png`.

    Raises ScreenshotFailure without chromium or playwright, or where the account is refused.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as problem:
        raise ScreenshotFailure("Il manque playwright : installez les dépendances de développement.") from problem
    chromium = find_chromium()
    if chromium is None:
        raise ScreenshotFailure("Il manque chromium (apt-get install chromium, ou CARTOGRAPHIE_CHROMIUM).")
    target.mkdir(parents=True, exist_ok=True)
    slugs = [str(page.content["slug"]) for page in read_bundle(folder).dashboards]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        page = browser.new_page(locale="fr-FR")
        page.set_default_timeout(_PATIENCE)
        page.goto(f"{url}/login/")
        page.fill("#username", user)
        page.fill("#password", password)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
        if "/login" in page.url:
            raise ScreenshotFailure(f"Superset refuse le compte « {user} ».")
        for slug in slugs:
            for screen, (width, height) in list(SCREENS.items())[: 1 if first_screen else None]:
                page.set_viewport_size({"width": width, "height": height})
                page.goto(f"{url}/superset/dashboard/{slug}/")
                page.locator("[data-test=chart-grid-component]").first.wait_for()
                if not first_screen:
                    tall = page.evaluate("Math.max(...[...document.querySelectorAll('*')].map(e => e.scrollHeight))")
                    # Charts below the fold are drawn only when they come into view.
                    page.set_viewport_size({"width": width, "height": min(int(tall) + 60, _TALLEST)})
                page.wait_for_load_state("networkidle")
                page.locator("[data-test=loading-indicator]").first.wait_for(state="detached")
                page.wait_for_timeout(1500)
                path = target / (f"{slug}.png" if first_screen else f"{slug}-{screen}.png")
                page.screenshot(path=path)
                yield path
        browser.close()
