"""Builds the site, strictly: a link that leads nowhere, or a page that no menu shows, stops it."""

from __future__ import annotations

from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[3] / "docs" / "site" / "mkdocs.yml"


class SiteError(Exception):
    """The site cannot be built; the message is French and says why."""


def build_site(folder: Path) -> int:
    """Write the site into ``folder``; return the number of its pages. Raises ``SiteError``."""
    try:
        from mkdocs.commands.build import build
        from mkdocs.config import load_config
        from mkdocs.exceptions import MkDocsException
    except ImportError as lacking:
        raise SiteError("Il manque mkdocs : « ./uvw sync --group docs », puis relancez.") from lacking
    config = load_config(str(CONFIGURATION), site_dir=str(folder.resolve()), strict=True)
    try:
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
    except MkDocsException as problem:
        raise SiteError(f"Le site n'a pas pu être fait : {problem}") from problem
    finally:
        config.plugins.on_shutdown()
    return len(list(folder.rglob("*.html")))
