"""Text out of the files that people and registers give: compressed or not, in the encodings that they use.

Belongs here: bytes to text. Does not: delimiters, headings, what the text says.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from sources.text.characters import composed


class NotTextError(Exception):
    """The file cannot be read, is cut short, or holds no text."""


def read_text(path: Path) -> str:
    """The text of a file, plain or gzip, in UTF-8 (with or without mark), UTF-16 with mark or CP1252; accents composed.

    Raises ``NotTextError``, caused by what went wrong.
    """
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise NotTextError(path.name) from error
    marked_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked_16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return composed(text)
    raise NotTextError(path.name)
