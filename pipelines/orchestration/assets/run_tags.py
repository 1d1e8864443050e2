"""Tags by which a run is found from a file or an establishment, while they are few; the rest is metadata.

Belongs here: their names and number. Does not: what a run does. A tag holds codes, numbers and the beginning of a
SHA-256, never a name.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dagster import DagsterInstance, MetadataValue

from sources.archive.archive import Reception

ESTABLISHMENT_TAG = "cartographie/etablissement."
RECEPTION_TAG = "cartographie/reception."
MOST_TAGS = 5
"""Of each kind: a run is read by its tags, and each is a row of Dagster's database."""


def tag_run(instance: DagsterInstance, run_id: str, received: Sequence[Reception]) -> None:
    """Say on the run which files it took: number → beginning of the SHA-256, establishment → number of files.

    A run of more files, or of more establishments, has no tag of that kind: ``as_metadata`` names them all.
    """
    files, establishments = _files(received), _establishments(received)
    tags = {f"{ESTABLISHMENT_TAG}{code}": str(count) for code, count in _few(establishments).items()}
    tags |= {f"{RECEPTION_TAG}{number}": content for number, content in _few(files).items()}
    if tags and instance.get_run_by_id(run_id) is not None:
        instance.add_run_tags(run_id, tags)


def as_metadata(received: Sequence[Reception]) -> dict[str, MetadataValue]:
    """The same of all files, for the asset's materialization."""
    return {
        "files": MetadataValue.json(_files(received)),
        "establishments": MetadataValue.json(_establishments(received)),
    }


def _files(received: Sequence[Reception]) -> dict[str, str]:
    return {str(reception.number): reception.content_sha256[:12] for reception in received}


def _establishments(received: Sequence[Reception]) -> dict[str, int]:
    folders = Counter(reception.folder for reception in received if reception.folder.isascii())
    return {code: count for code, count in sorted(folders.items()) if code.isalnum()}


def _few(found: dict[str, Any]) -> dict[str, Any]:
    return found if len(found) <= MOST_TAGS else {}
