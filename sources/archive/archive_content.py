"""The bytes of the archive, kept once by their content.

Belongs here: where bytes stand, keeping and restricting them. Does not: which reception brought them (``archive``,
``archive_references``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from sources.home.durable import NewFile, Readable, copy_whole, create_together, create_whole
from sources.home.home import Home


def content_path(home: Home, sha256: str) -> Path:
    """Where the bytes with this SHA-256 stand."""
    return home.archive / f"content/{sha256[:2]}/{sha256}"


def keep_content(home: Home, content: bytes) -> str:
    """Keep bytes in the archive, once, and return their SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not is_kept(home, sha256):
        create_whole(content_path(home, sha256), content, mode=0o440)
    return sha256


def keep_contents(home: Home, contents: Mapping[str, bytes]) -> None:
    """Keep bytes by their SHA-256, each once, synced together."""
    files = [
        NewFile(content_path(home, sha256), content, 0o440)
        for sha256, content in contents.items()
        if not is_kept(home, sha256)
    ]
    made = create_together(files)
    while made < len(files):  # Someone else kept the same bytes meanwhile.
        made += 1 + create_together(files[made + 1 :])


def keep_stream(home: Home, stream: Readable, purged: Collection[str]) -> tuple[str, int]:
    """Keep a stream of any size unless its bytes were purged; return its SHA-256 and its size."""

    def place(sha256: str) -> Path | None:
        return None if sha256 in purged or is_kept(home, sha256) else content_path(home, sha256)

    return copy_whole(stream, home.archive / "content", place, mode=0o440)


def is_kept(home: Home, sha256: str) -> bool:
    """Whether these bytes stand in the archive; a damaged copy is taken away."""
    target = content_path(home, sha256)
    if not target.exists():
        return False
    with target.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() == sha256:
            return True
    target.unlink()
    return False


def restrict(home: Home, sha256: str) -> None:
    """Let only the owner of the archive read these bytes."""
    content_path(home, sha256).chmod(0o400)
