"""The folders in which establishments drop files and find their receipts.

Belongs here: making them from the referential. Does not: what is done with a drop (``sources.archive.archive``).
"""

from __future__ import annotations

from sources.home.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential


def sync_folders(home: Home, referential: Referential) -> list[str]:
    """Make intake and receipt folders for each French organisation and the coordinators; returns the new codes.

    Nothing is ever removed: an organisation that left the referential keeps its receipts.
    """
    organisations = referential.table("organisations")
    french = organisations.filter(organisations["country_code"] == "FR").get_column("code").to_list()
    made = []
    for code in [*french, COORDINATORS_FOLDER]:
        folders = (home.intake / code, home.receipts / code)
        if not all(folder.is_dir() for folder in folders):
            made.append(code)
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
    return made
