"""Which registers and inventories are kept out of the warehouse, as ``status`` and ``doctor`` tell it.

Belongs here: the sentences. Does not: setting aside (``quarantine``).
"""

from __future__ import annotations

from sources.archive.archive_events import sources_set_aside
from sources.archive.archive_references import INVENTORY, current_references
from sources.home.home import Home


def sources_left_out(home: Home) -> list[str]:
    """A French sentence for each source whose newest delivery is set aside."""
    newest = current_references(home)
    said = []
    for number, aside in sources_set_aside(home).items():
        reference = newest.get((aside.kind, aside.name))
        if reference is not None and reference.number == number:
            what = "Inventaire" if aside.kind == INVENTORY else "Répertoire"
            said.append(f"{what} mis de côté : {aside.name} (référence {number}), {aside.reason}")
    return said
