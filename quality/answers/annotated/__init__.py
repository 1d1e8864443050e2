"""The sender's own workbook back, annotated.

Belongs here: choosing how a file is given back. ``patched`` mends the sender's own xlsx or xlsm; ``fresh`` writes a
new workbook that shows the values of any other file, or of one that cannot be mended.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from quality.answers.annotated.fresh import fresh_workbook
from quality.answers.annotated.parts.markup import NotPatchableError
from quality.answers.annotated.patched import patched_workbook
from quality.answers.answer import AnnotatedWorkbook, Answer
from sources.workbook.filetype import MAX_FILE_BYTES, unpacked_gzip

_STRANGELY_WRITTEN = (
    NotPatchableError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    IndexError,
    ValueError,
    OSError,
    EOFError,
)
"""What mending meets in files that other programs wrote strangely: they are answered with a copy."""

_THE_FILE = "00"
"""The family of rules that say that no cell of a file was read."""


def annotated_workbook(path: Path, answer: Answer) -> AnnotatedWorkbook | None:
    """The annotated workbook for the file at ``path``; None when its cells could not be read, or it is gone.

    A file that could not be read is not opened again: whatever was wrong with it would be met here too.
    """
    if any(problem.rule_code[1:3] == _THE_FILE for problem in answer.verdict.problems):
        return None
    if not path.exists() or path.stat().st_size > MAX_FILE_BYTES:
        return None
    content = unpacked_gzip(path.read_bytes())
    if content.startswith(b"PK\x03\x04"):
        try:
            return patched_workbook(content, answer)
        except _STRANGELY_WRITTEN:
            pass
    return fresh_workbook(content, answer)
