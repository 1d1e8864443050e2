"""How the exports of a form's tool are recognised and read, as data: ``sources/mappings/forms/*.toml``.

Belongs here: loading mappings. Does not: applying them (``exports``). A site's own stand in ``<home>/mappings/forms``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

_SHIPPED = Path(__file__).parents[1] / "mappings" / "forms"
_MOST_HEADING_ROWS = 10


SHAPES = frozenset({"uuid", "hexadecimal", "instant", "number", "language", "yes_no", "address"})
"""What values may look like, in a mapping's words; ``recognition`` says how each is told."""


class FormMappingError(Exception):
    """A mapping that cannot be used; the message is French and names its file."""


@dataclass(frozen=True)
class FormMapping:
    """One tool's exports. Every heading is compared by ``heading_key``.

    ``recognised_by`` and ``response_id``: alternatives, each a list of headings. ``columns``: heading → targets
    ``sheet.column``. ``labels_of``: sheets whose columns' labels are looked for in the main sheet. ``never``: headings
    that are not read, whatever they look like; ``never_starting``: how such headings begin. ``shapes``: heading → what
    its values look like (``recognition``). ``set_aside``: heading → the values that say that the response does not
    count (rejected, a draft); "" is a blank one. ``counting``: of such a heading, the values that say that it does.
    ``has_short_codes``: the tool allows no underscore in the name of a
    question. ``heading_rows``: on how many rows headings may stand, one above the other. ``proofs``: heading of a
    repeat → that of its response which says the same.

    A tool that gives a response no identifier that lasts has no ``response_id``: its file is a table (``tables``).

    A file may say ``like = "microsoft_forms"``: what it leaves out of ``[headings]`` and ``[values]`` is that one's.
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
    never_starting: tuple[str, ...] = ()
    shapes: Mapping[str, str] = field(default_factory=dict)
    set_aside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    has_short_codes: bool = False
    heading_rows: int = 1
    proofs: Mapping[str, str] = field(default_factory=dict)
    counting: Mapping[str, frozenset[str]] = field(default_factory=dict)


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
        response, links = data["response"], data.get("links", {})
        headings, values = (_with_model(data, part) for part in ("headings", "values"))
        return FormMapping(
            data["title"],
            _alternatives(data["recognised_by"]),
            _alternatives(response["id"], may_be_none=True),
            _text(response.get("id_prefix", "")),
            _keys(links.get("own", [])),
            _keys(links.get("parent", [])),
            _text(headings.get("path_separators", "")),
            list(headings.get("labels_of", [])),
            {heading_key(heading): list(targets) for heading, targets in headings.get("columns", {}).items()},
            frozenset(_keys(headings.get("never", []))),
            frozenset(_keys(values.get("blank", []))),
            frozenset(_keys(values.get("other", []))),
            tuple(_keys(headings.get("never_starting", []))),
            {heading_key(name): _shape(shape) for name, shape in data.get("shapes", {}).items()},
            _values(data.get("set_aside", {})),
            bool(headings.get("short_codes", False)),
            _count(headings.get("rows", 1)),
            {heading_key(name): heading_key(own) for name, own in links.get("proofs", {}).items()},
            _values(data.get("counting", {})),
        )
    except (KeyError, TypeError, AttributeError, ValueError, OSError, RecursionError) as error:
        raise FormMappingError(f"Correspondance de formulaire inutilisable : {path.name} ({error}).") from error


def _with_model(data: dict[str, Any], part: str) -> dict[str, Any]:
    """A part of the file, above that of the shipped one that it says to be like."""
    own: dict[str, Any] = data.get(part, {})
    if "like" not in data:
        return own
    model = tomllib.loads((_SHIPPED / f"{Path(data['like']).name}.toml").read_text(encoding="utf-8"))
    return {**model.get(part, {}), **own}


def _shape(name: str) -> str:
    if name not in SHAPES:
        raise ValueError(f"[shapes] : {', '.join(sorted(SHAPES))}")
    return name


def _keys(names: list[str]) -> list[str]:
    return [heading_key(name) for name in names]


def _values(lists: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """Heading → the values that it may hold."""
    return {heading_key(name): frozenset(_keys(texts)) for name, texts in lists.items()}


def _alternatives(lists: list[list[str]], may_be_none: bool = False) -> list[list[str]]:
    """Lists of headings, none of which is empty: an empty one would be found in any file."""
    if not all(lists) or not (lists or may_be_none):
        raise ValueError("recognised_by, id : une liste de titres est vide")
    return [_keys(names) for names in lists]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("id_prefix, path_separators : un texte est attendu")
    return value


def _count(value: Any) -> int:
    if value not in range(1, _MOST_HEADING_ROWS + 1):
        raise ValueError(f"rows : de 1 à {_MOST_HEADING_ROWS}")
    return int(value)
