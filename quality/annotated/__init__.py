"""The sender's own workbook back, annotated.

Belongs here: choosing how a file is given back. ``patched`` mends the sender's own xlsx or xlsm; ``fresh`` writes a
new workbook that shows the values of any other file, or of one that cannot be mended.
"""

from __future__ import annotations

import struct
import zipfile
import zlib

from quality.annotated.fresh import fresh_workbook
from quality.annotated.markup import NotPatchableError
from quality.annotated.patched import patched_workbook
from quality.answer import AnnotatedWorkbook, Answer

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

_UNREADABLE = "E00"


def annotated_workbook(content: bytes, answer: Answer) -> AnnotatedWorkbook | None:
    """The annotated workbook for the file in ``content``; None when its cells could not be read at all."""
    if any(problem.rule_code.startswith(_UNREADABLE) for problem in answer.verdict.problems):
        return None
    if content.startswith(b"PK\x03\x04"):
        try:
            return patched_workbook(content, answer)
        except _STRANGELY_WRITTEN:
            pass
    return fresh_workbook(content, answer)
