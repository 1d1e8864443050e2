"""A zip of several workbooks among the receptions: what is answered to it, and what is received from it.

Belongs here: its verdict, and handing its files to the archive. Does not: judging these files: each becomes a reception
of its own and is judged like any other.
"""

from __future__ import annotations

from pathlib import Path

from quality.privacy.guard import shown_name
from quality.rules import Problem
from quality.verdicts import BUNDLE, FileVerdict, refused
from sources import archive
from sources.archive import Reception
from sources.archive_zipped import receive_files
from sources.home import Home
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.zipped import SEVERAL_WORKBOOKS, unpacked


def unread_verdict(error: UnreadableFileError, path: Path) -> FileVerdict:
    """The verdict on a file of which no sheet was read: refused, or a zip whose files are received one by one.

    Every file of such a zip is unpacked once here, so that one which cannot be refuses the zip before any is received.
    """
    if error.rule_code != SEVERAL_WORKBOOKS:
        return refused(Problem(error.rule_code, found=error.found))
    try:
        names = [shown_name(name)[0] for name, _ in unpacked(path)]
    except UnreadableFileError as trouble:
        return refused(Problem(trouble.rule_code, found=trouble.found))
    said = f"{len(names)} fichiers : {', '.join(names)}"
    return FileVerdict(BUNDLE, None, problems=[Problem(SEVERAL_WORKBOOKS, found=said)])


def receive_bundle(home: Home, reception: Reception) -> list[Reception]:
    """Archive each file of the zip as a reception that names it; what a stopped pass has archived is not again."""
    return receive_files(home, reception, unpacked(archive.content_path(home, reception.content_sha256)))
