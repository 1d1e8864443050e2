"""How the exports of a form's tool are recognised and read, as data: ``sources/mappings/forms/*.toml``.

Belongs here: loading mappings. Does not: applying them (``exports``). A site's own stand in ``<home>/mappings/forms``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

_SHIPPED = Path(__file__).parents[1] / "mappings" / "forms"


class FormMappingError(Exception):
    """A mapping that cannot be used; the message is French and names its file."""


@dataclass(frozen=True)
class FormMapping:
    """One tool's exports. Every heading is compared by ``heading_key``.

    ``recognised_by`` and ``response_id``: alternatives, each a list of headings. ``columns``: heading → targets
    ``sheet.column``. ``labels_of``: sheets whose columns' labels are looked for in the main sheet. ``never``: headings
    that are not read, whatever they look like.
    """

    title: str
    recognised_by: list[list[str]]
    response_id: list[list[str]]
    id_prefix: str = ""
    own_links: list[str] = field(default_factory=list)
    parent_links: list[str] = field(default_factory=list)
    path_separators: str = ""
    labels_of: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    blanks: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


@lru_cache(maxsize=100_000)
def heading_key(text: str) -> str:
    """What two spellings of a heading share: no case, accents or punctuation; an underscore counts."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE")).casefold()
    return re.sub(r"[^a-z0-9_]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


@lru_cache(maxsize=8)
def form_mappings(site_folder: Path | None = None) -> tuple[FormMapping, ...]:
    """The site's mappings, then the shipped ones. Raises ``FormMappingError``."""
    folders = [folder for folder in (site_folder, _SHIPPED) if folder is not None and folder.is_dir()]
    return tuple(_load(path) for folder in folders for path in sorted(folder.glob("*.toml")))


def _load(path: Path) -> FormMapping:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        response, headings = data["response"], data.get("headings", {})
        links, values = data.get("links", {}), data.get("values", {})
        return FormMapping(
            data["title"],
            [_keys(names) for names in data["recognised_by"]],
            [_keys(names) for names in response["id"]],
            response.get("id_prefix", ""),
            _keys(links.get("own", [])),
            _keys(links.get("parent", [])),
            headings.get("path_separators", ""),
            list(headings.get("labels_of", [])),
            {heading_key(heading): list(targets) for heading, targets in headings.get("columns", {}).items()},
            frozenset(_keys(headings.get("never", []))),
            frozenset(_keys(values.get("blank", []))),
            frozenset(_keys(values.get("other", []))),
        )
    except (KeyError, TypeError, AttributeError, ValueError, OSError) as error:
        raise FormMappingError(f"Correspondance de formulaire inutilisable : {path.name} ({error}).") from error


def _keys(names: list[str]) -> list[str]:
    return [heading_key(name) for name in names]
