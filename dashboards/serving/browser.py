"""Finding the Chromium that photographs pages and prints reports. Starts nothing."""

import os
import shutil

CHROMIUM_VARIABLE = "CARTOGRAPHIE_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The browser that ``CARTOGRAPHIE_CHROMIUM`` names, else the first one on the path, else None."""
    return os.environ.get(CHROMIUM_VARIABLE) or next(filter(None, map(shutil.which, _NAMES)), None)
