"""The licence of the open data, as the row of our own source in the referential names it (``sources.csv``).

Belongs here: what a machine needs to know of the licences that a site may name there. Does not: choosing one.
"""

from __future__ import annotations

from pipelines.products.exports.release import ExportError, OpenRelease

OWN_SOURCE = "GCS"

KNOWN = {
    "Licence Ouverte 2.0": ("etalab-2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    "ODbL 1.0": ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/deed.fr"),
}
"""Beginning of the licence in the referential → its SPDX identifier and its text."""


def licence(release: OpenRelease) -> dict[str, str]:
    """The licence as a data package says it. Raises ``ExportError`` when the referential names none that is known."""
    [row] = release.rows("select licence from dim_source where source_code = $source", source=OWN_SOURCE) or [{}]
    stated = row.get("licence") or ""
    for beginning, (name, path) in KNOWN.items():
        if stated.startswith(beginning):
            return {"name": name, "title": stated, "path": path}
    raise ExportError(
        f"La licence des données ouvertes n'est pas connue : sources.csv, ligne {OWN_SOURCE}, colonne « licence ». "
        f"Commencez-la par {', '.join(KNOWN)}."
    )
