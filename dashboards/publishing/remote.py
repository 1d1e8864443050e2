"""What stands on a server now, in the form that is committed: our pages, their charts, their datasets.

Each thing published carries the fingerprint of the document that it was made from; what a person changed in the
browser since is found by comparing it with what the server exports.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboards.files.bundle import Bundle, Document, is_ours, mark_of
from dashboards.files.normalise import NORMAL_FORM, fingerprint, from_yaml, normalise
from dashboards.publishing.client import Session


@dataclass(frozen=True)
class Standing:
    """One thing on the server: its kind, its normal form, and the fingerprint it was published with.

    None where it is ours and an earlier version of the project published it: what changed since cannot be told. Empty
    where somebody made it on the server.
    """

    kind: str
    content: dict[str, Any]
    published_as: str | None

    @property
    def uuid(self) -> str:
        return str(self.content["uuid"])

    @property
    def is_changed(self) -> bool:
        """Whether it was changed on the server since it was published, or made there."""
        return self.published_as is not None and fingerprint(self.content) != self.published_as


def standing(session: Session, bundle: Bundle) -> list[Standing]:
    """What the pages of `bundle` hold on the server now; empty before the first publication."""
    ours = {page.uuid for page in bundle.dashboards}
    pages = [page["id"] for page in session.every("dashboard") if page["uuid"] in ours and is_ours("dashboard", page)]
    if not pages:
        return []
    archive = session.download("dashboard/export/", f"!({','.join(map(str, pages))})")
    return list(_read(archive))


def changed_in_browser(session: Session, bundle: Bundle) -> list[Standing]:
    """What was changed on the server and differs from the repository: a publication would undo it."""
    committed = {document.uuid: fingerprint(normalise(document.content)) for document in bundle.documents}
    return [
        thing
        for thing in standing(session, bundle)
        if thing.is_changed and committed.get(thing.uuid) != fingerprint(thing.content)
    ]


def _read(archive: bytes) -> Iterator[Standing]:
    kinds = {"dashboards": "dashboard", "charts": "chart", "datasets": "dataset"}
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for name in sorted(opened.namelist()):
            kind = kinds.get(name.split("/")[1]) if "/" in name else None
            if kind:
                raw = from_yaml(opened.read(name).decode())
                yield Standing(kind, normalise(raw), _published_as(kind, raw))


def _published_as(kind: str, raw: dict[str, Any]) -> str | None:
    """The fingerprint in the mark; empty for what is not ours, a copy of ours included."""
    _, uuid, *checksums = (mark_of(kind, {**raw, "extra": json.dumps(raw.get("extra") or {})}) + "::").split(":")
    if uuid != str(raw["uuid"]):
        return ""
    last = next((checksum for checksum in reversed(checksums) if checksum), "")
    return last if len(last) == len(fingerprint({})) and last.startswith(NORMAL_FORM) else None


def title(thing: Standing | Document) -> str:
    """The name a person knows it by."""
    content = thing.content
    return str(content.get("dashboard_title") or content.get("slice_name") or content.get("table_name"))
