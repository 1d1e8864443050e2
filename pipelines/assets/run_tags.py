"""Tags by which a run is found from a file or an establishment.

Belongs here: their names and number. Does not: what a run does. A tag holds codes, numbers and the beginning of a
SHA-256, never a name.
"""

from collections import Counter
from collections.abc import Sequence

from dagster import DagsterInstance

from sources.archive import Reception

ESTABLISHMENT_TAG = "cartographie/etablissement."
RECEPTION_TAG = "cartographie/reception."
MOST_FILES = 100
"""Each tag is a row of Dagster's database: a run of a thousand files names its establishments, and the first files."""


def tag_run(instance: DagsterInstance, run_id: str, received: Sequence[Reception]) -> None:
    """Say on the run which files it took: number → beginning of the SHA-256, establishment → number of files."""
    folders = Counter(reception.folder for reception in received if reception.folder.isascii())
    tags = {f"{ESTABLISHMENT_TAG}{code}": str(count) for code, count in folders.items() if code.isalnum()}
    tags |= {f"{RECEPTION_TAG}{r.number}": r.content_sha256[:12] for r in received[:MOST_FILES]}
    if tags and instance.get_run_by_id(run_id) is not None:
        instance.add_run_tags(run_id, tags)
