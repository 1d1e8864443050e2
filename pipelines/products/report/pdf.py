"""The report's page printed as PDF by Chromium, with bookmarks.

Belongs here: printing with no network. Does not: the page, finding the browser (``dashboards.serving.browser``).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from dashboards.serving.browser import CHROMIUM_VARIABLE, find_chromium

_SECONDS = 120
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


class PrintingError(Exception):
    """The page could not be printed; the message, in French, says what to do."""


class NoBrowser(PrintingError):
    """Nothing prints on this machine."""


def print_page(page: Path, target: Path) -> None:
    """Print the HTML file ``page`` as the PDF ``target``; nothing is written when it fails.

    Raises:
        NoBrowser: where there is none.
        PrintingError: it fails or takes more than two minutes.
    """
    browser = find_chromium()
    if browser is None:
        raise NoBrowser(
            "Aucun navigateur Chromium pour écrire le PDF : installez-le (« apt-get install chromium »), ou donnez son "
            f"chemin dans {CHROMIUM_VARIABLE}. La page HTML, elle, est complète et s'imprime."
        )
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "rapport.pdf"
        command = [browser, *_FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", page.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise PrintingError(f"Chromium n'a pas écrit le PDF ({type(error).__name__}) : relancez.") from error
        if not printed.exists():
            raise PrintingError("Chromium n'a pas écrit le PDF, sans dire pourquoi : relancez.")
        half = target.with_name(f".{target.name}.half")
        shutil.copyfile(printed, half)
        half.replace(target)
