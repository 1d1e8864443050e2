"""A file of several submissions among the receptions: what is answered to it, and what is received from it.

Belongs here: the verdict on a zip of several workbooks or on a text of several submissions, and handing its files to
the archive. Does not: judging these files: each becomes a reception of its own and is judged like any other.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

from quality.privacy.guard import shown_name
from quality.reading.sheets.structure import FoundWorkbook
from quality.rules.rules import Problem
from quality.verdicts.verdicts import BUNDLE, DIVIDED, FileVerdict, SheetCount, in_order, refused
from sources.archive import archive
from sources.archive.archive import Reception
from sources.archive.archive_zipped import receive_files
from sources.home.home import Home
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.template.layout import ENVELOPE
from sources.workbook.zipped import LEFT_OUT, SEVERAL_WORKBOOKS, left_out, unpacked


def unread_verdict(error: UnreadableFileError, path: Path) -> FileVerdict:
    """The verdict on a file of which no sheet was read: refused, or a zip whose files are received one by one.

    Every file of such a zip is unpacked once here, so that one which cannot be refuses the zip before any is received.
    """
    if error.rule_code != SEVERAL_WORKBOOKS:
        return refused(Problem(error.rule_code, found=error.found, expected=error.expected))
    try:
        names = [shown_name(name)[0] for name, _ in unpacked(path)]
    except UnreadableFileError as trouble:
        return refused(Problem(trouble.rule_code, found=trouble.found, expected=trouble.expected))
    said = f"{len(names)} fichiers : {', '.join(names)}"
    with zipfile.ZipFile(path) as bundle:
        others = [shown_name(name)[0] for name in left_out(bundle)]
    left = [Problem(LEFT_OUT, found=", ".join(others))] if others else []
    return FileVerdict(BUNDLE, None, problems=[Problem(SEVERAL_WORKBOOKS, found=said), *left])


def receive_bundle(home: Home, reception: Reception) -> list[Reception]:
    """Archive each file of the zip as a reception that names it; what a stopped pass has archived is not again."""
    return receive_files(home, reception, unpacked(archive.content_path(home, reception.content_sha256)), shown_name)


def divided_verdict(found: FoundWorkbook) -> FileVerdict:
    """The verdict on a text of several submissions: what is said of its rows, and how many go to its parts."""
    handed = sum((Counter(part.row_counts) for part in found.parts), Counter[str]())
    counts = []
    for code, table in found.sheets.items():
        if code != ENVELOPE:
            read, ignored = len(table.rows) + len(table.refused), table.ignored_row_count
            rejected = read - handed[table.name]
            counts.append(SheetCount(table.name, read + ignored, handed[table.name], rejected, ignored))
    counts += [SheetCount(name, rows, 0, 0, rows) for name, rows in found.ignored.items()]
    return FileVerdict(DIVIDED, None, counts, in_order([*found.problems, *found.row_problems], counts))


def receive_parts(home: Home, reception: Reception, found: FoundWorkbook) -> list[Reception]:
    """Archive each submission of the text as a reception that names the file's."""
    return receive_files(home, reception, files_of(found), shown_name)


def files_of(found: FoundWorkbook) -> list[tuple[str, bytes]]:
    """Name and bytes of each submission of the text."""
    suffixes = {b"PK": ".zip"}
    return [(f"{part.name}{suffixes.get(part.content[:2], '.csv')}", part.content) for part in found.parts]
