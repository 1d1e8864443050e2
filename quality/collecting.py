"""When Python looks for cycles among objects: not while a batch or a file is judged.

Belongs here: holding that search back. Does not: what is judged meanwhile.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Rows of text make no cycles, and a batch holds millions of them: cycles are looked for after it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
