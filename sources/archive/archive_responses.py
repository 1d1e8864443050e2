"""The responses of a form's exports in the archive: each new or changed one is a reception of its own.

Belongs here: which response was received when, and recording one more. Does not: reading exports (``sources.forms``).
A response is known by the folder of its export and the form's own identifier.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sources.archive import archive
from sources.archive.archive import Reception
from sources.archive.archive_records import write_record
from sources.home.home import Home


def latest_responses(home: Home, export: Reception) -> dict[str, Reception]:
    """Form's identifier → its latest reception among those of this export and of earlier ones of its folder.

    Later exports are left out, so that reading an archive again brings nothing that was not there.
    """
    return {
        reception.response_id: reception
        for reception in archive.receptions(home)
        if reception.response_id is not None
        and reception.folder == export.folder
        and reception.derived_from is not None
        and reception.derived_from <= export.number
    }


def receive_response(home: Home, export: Reception, response_id: str, content: bytes) -> Reception:
    """Archive one response, its bytes first, and return its reception."""
    sha256 = archive.keep_content(home, content)
    number = archive.last_number(home) + 1
    while True:
        reception = Reception(
            number,
            export.folder,
            f"{Path(export.file_name).stem} – réponse {response_id}",
            sha256,
            len(content),
            datetime.now(UTC),
            0,
            export.number,
            response_id,
            is_name_masked=export.is_name_masked,
        )
        try:
            write_record(home, reception)
            return reception
        except FileExistsError:
            number += 1
