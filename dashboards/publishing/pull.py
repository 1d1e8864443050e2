"""Brings back into the repository what a person changed in the browser, file by file, as a readable diff.

Pages, their charts and datasets; a chart added to a page of ours gets a file of its own. Nothing is committed.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from dashboards.files.bundle import FOLDER, Bundle, Document, chart_components, read_bundle
from dashboards.files.normalise import fingerprint, from_yaml, normalise
from dashboards.files.sentences import MAY_BE_EMPTY
from dashboards.publishing.client import PublicationError, Session
from dashboards.publishing.failures import plain_failures
from dashboards.publishing.remote import Standing, standing
from dashboards.written.folder import Folder, normalise_folder


@dataclass(frozen=True)
class PulledFile:
    """One file that was written: its path below the folder, and the unified diff."""

    path: str
    diff: str


def pull(url: str, user: str, password: str, *, verify: bool | str = True, folder: Path = FOLDER) -> list[PulledFile]:
    """Write below `folder` what was changed on the server at `url`; return the files written, none if nothing was.

    Raises PublicationError, also where a file that was changed on the server was changed in the repository too since
    the last publication: the two must be brought together by a person.
    """
    bundle = read_bundle(folder)
    with plain_failures(url, user):
        found = standing(Session(url, user, password, verify), bundle)
    if not found:
        raise PublicationError("Aucune page du projet n'est publiée sur ce serveur : publiez d'abord.")
    committed = {document.uuid: document for document in bundle.documents}
    changed = [thing for thing in found if thing.is_changed]
    _refuse_conflicts(changed, committed)
    written = Folder(folder)
    paths = [_path_of(thing, committed.get(thing.uuid), found, bundle) for thing in changed]
    before = {path: _text(folder / path) for path in paths}
    for path, thing in zip(paths, changed, strict=True):
        _write(folder / path, thing, written)
    # What a file leaves unsaid hangs on its neighbours: all are there now.
    normalise_folder(folder)
    return [
        PulledFile(path, _diff(path, text, after))
        for path, text in before.items()
        if (after := _text(folder / path)) != text
    ]


def _refuse_conflicts(changed: list[Standing], committed: dict[str, Document]) -> None:
    """Stop before anything is written where a file was changed on both sides, and differently."""
    fingerprints = {uuid: fingerprint(normalise(document.content)) for uuid, document in committed.items()}
    both = [
        thing
        for thing in changed
        if fingerprints.get(thing.uuid, thing.published_as) not in {thing.published_as, fingerprint(thing.content)}
    ]
    if both:
        listed = "\n".join(f"  {committed[thing.uuid].path}" for thing in both)
        raise PublicationError(
            f"Rien n'a été repris : changé à la fois dans le navigateur et dans le projet :\n{listed}\n"
            "Remettez ces fichiers comme à la dernière publication puis reprenez, ou publiez les vôtres avec --force."
        )


def _path_of(thing: Standing, document: Document | None, found: list[Standing], bundle: Bundle) -> str:
    if document is not None:
        return document.path
    name = _file_name(str(thing.content.get("slice_name") or thing.content.get("table_name")))
    if thing.kind != "chart":
        return f"datasets/{name}.yaml"
    for page in found:
        shown = (
            {str(part["meta"]["uuid"]) for part in chart_components(Document("", page.content))}
            if (page.kind == "dashboard")
            else set()
        )
        if thing.uuid in shown:
            home = next(known.path for known in bundle.dashboards if known.uuid == page.uuid)
            return f"{Path(home).parent}/charts/{name}.yaml"
    return f"charts/{name}.yaml"


def _write(target: Path, thing: Standing, written: Folder) -> None:
    before = _text(target)
    kept = (from_yaml(before) or {}).get(MAY_BE_EMPTY) if before else None
    target.parent.mkdir(parents=True, exist_ok=True)
    told = {**thing.content, **({MAY_BE_EMPTY: kept} if kept is not None else {})}
    target.write_text(written.text(told), encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _diff(path: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=2)
    return "\n".join(lines)


def _file_name(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-") or "sans-nom"
