"""The layout of a page: what a component's name and its place in the tree say already is not written."""

from typing import Any

from dashboards.files.normalise import OneLine
from dashboards.written.sharing import with_shared, without_shared

_OF_THE_COMPONENT = {"children", "id", "meta", "parents", "type"}


def whole_layout(own: dict[str, Any], shared: dict[str, Any], title: str) -> dict[str, Any]:
    """Every component with its type, its parents and what all of its type share."""
    spread = {name: _spread(part) for name, part in own.items()}
    named = {child for part in spread.values() for child in part.get("children", []) if child in shared}
    for implied in ("ROOT_ID", "HEADER_ID", *sorted(named)):
        spread.setdefault(implied, {})
    children = {
        name: part.get("children", _implied(name, shared, [], title).get("children", [])) or []
        for name, part in spread.items()
    }
    parents = _parents(children)
    whole = {
        name: with_shared(part, _implied(name, shared, parents.get(name, []), title)) for name, part in spread.items()
    }
    return {"DASHBOARD_VERSION_KEY": "v2", **whole, **_plain(own)}


def short_layout(position: dict[str, Any], shared: dict[str, Any], title: str) -> dict[str, Any]:
    """The layout as the file says it."""
    parts = {name: part for name, part in position.items() if isinstance(part, dict)}
    parents = _parents({name: part.get("children", []) for name, part in parts.items()})
    own = {
        name: _gathered(without_shared(part, _implied(name, shared, parents.get(name, []), title)))
        for name, part in parts.items()
    }
    plain = {name: value for name, value in _plain(position).items() if (name, value) != _VERSION}
    return {**{name: part for name, part in own.items() if part not in ({}, [])}, **plain}


_VERSION = ("DASHBOARD_VERSION_KEY", "v2")


def _plain(position: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in position.items() if not isinstance(value, dict | list)}


def _implied(name: str, shared: dict[str, Any], parents: list[str], title: str) -> dict[str, Any]:
    """What the name of a component and its place say of it."""
    kind = name.replace("_", "-").split("-")[0]
    implied = {"id": name, "type": kind, **shared.get(name, shared.get(kind, {"children": [], "meta": {}}))}
    if parents:
        implied["parents"] = parents
    if name == "HEADER_ID":
        implied["meta"] = {"text": title}
    return implied


def _parents(children: dict[str, list[str]]) -> dict[str, list[str]]:
    """The way from the root to each component below it."""
    found: dict[str, list[str]] = {}
    waiting: list[tuple[str, list[str]]] = [("ROOT_ID", [])]
    while waiting:
        name, above = waiting.pop()
        for child in children.get(name, []):
            if child not in found:
                found[child] = [*above, name]
                waiting.append((child, found[child]))
    return found


def _spread(part: Any) -> dict[str, Any]:
    """A component with its meta apart: a list is its children, what is no key of a component belongs to its meta."""
    if isinstance(part, list):
        return {"children": part}
    if not isinstance(part, dict) or "meta" in part:
        return part if isinstance(part, dict) else {}
    meta = {key: value for key, value in part.items() if key not in _OF_THE_COMPONENT}
    spread = {key: value for key, value in part.items() if key in _OF_THE_COMPONENT}
    return {**spread, "meta": meta} if meta else spread


def _gathered(own: dict[str, Any]) -> dict[str, Any] | list[str]:
    meta = own.get("meta", {})
    if not isinstance(meta, dict) or _OF_THE_COMPONENT & set(meta):
        return own
    gathered = {**{key: value for key, value in own.items() if key != "meta"}, **meta}
    if gathered.get("children"):
        gathered["children"] = OneLine(gathered["children"])
    return gathered["children"] if set(gathered) == {"children"} and gathered["children"] else gathered
