"""What a batch may take of the process that judges it: so much memory, so much computing, and no search for cycles.

Belongs here: the bounds of judging and answering, the same in a pass and in a trial. Does not: those of reading one
file, which another process has (``sources.workbook.pool``); what becomes of a batch that went past them (``in_hand``).
"""

from __future__ import annotations

import errno
import gc
import math
import re
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from xml.parsers.expat import ExpatError, errors

import psutil
from polars.exceptions import PanicException

MOST_BYTES = 2 * 2**30
"""Of memory, beyond what the program itself takes: a batch that unpacks to the most that one may takes a fifth."""

MOST_SECONDS = 120
"""Of computing, all threads together: a thousand workbooks, or one of 100,000 rows, take a tenth. A busy machine takes
longer and computes no more."""

_GRACE_SECONDS = 30
"""After it, a computation that never comes back to Python is ended with its process."""

_REFUSED = {errno.ENOMEM, errno.EAGAIN}
_RUST_ERRNO = re.compile(r"\bOs \{ code: (\d+)|\(os error (\d+)\)")


class TooMuchToJudgeError(Exception):
    """A batch went past its bounds; the message is French and says which."""


class _TimeIsUp(BaseException):
    """No ``except Exception`` on its way takes it for a fault of a rule."""


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Rows of text make no cycles, and a batch holds millions of them: cycles are looked for after it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def bounded(count: int, most_bytes: float | None = None) -> Iterator[None]:
    """Hold what is done inside, for ``count`` receptions, to the bounds; the limits of before stand again afterwards.

    ``most_bytes``: fewer than ``MOST_BYTES``.

    Raises ``TooMuchToJudgeError``. A library that cannot be refused memory, or never comes back, ends the process.
    """
    most = int(MOST_BYTES if most_bytes is None else most_bytes)
    try:
        with _soft_limit(resource.RLIMIT_DATA, _data_bytes() + most), _limited_computing():
            yield
    except _TimeIsUp:
        raise TooMuchToJudgeError(_sentence(count, f"{MOST_SECONDS} secondes de calcul")) from None
    except BaseException as error:
        if not is_refused_memory(error):
            raise
        raise TooMuchToJudgeError(_sentence(count, f"{MOST_BYTES // 2**30} Gio de mémoire")) from error


def is_refused_memory(error: BaseException) -> bool:
    """Whether this error, or one that it came from, is that of a program that was refused memory or a thread.

    Told by what it is, not by its words: those of a rule in fault may speak of memory too.
    """
    found: BaseException | None = error
    while found is not None:
        if _says_refused(found):
            return True
        found = found.__cause__ or found.__context__
    return False


def _says_refused(error: BaseException) -> bool:
    match error:
        case MemoryError():  # and what numpy, pyarrow and C++ libraries make of it
            return True
        case OSError():
            return error.errno in _REFUSED
        case ExpatError():
            return errors.codes.get(errors.XML_ERROR_NO_MEMORY) == error.code
        case PanicException():  # Rust's, which has the system's number in its words alone
            return any(int(one or other) in _REFUSED for one, other in _RUST_ERRNO.findall(str(error)))
        case RuntimeError():
            return error.args == ("can't start new thread",)
    return False


def _sentence(count: int, bound: str) -> str:
    files = "ce fichier" if count == 1 else f"ces {count} fichiers"
    return f"contrôler {files} a demandé plus de {bound}"


def _data_bytes() -> int:
    """The memory that this process may write, reserved or used: what ``RLIMIT_DATA`` counts."""
    found = psutil.Process().memory_info()
    return int(getattr(found, "data", found.vms))


@contextmanager
def _soft_limit(kind: int, most: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(kind)
    lower = [limit for limit in (most, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(kind, (min(lower), hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


@contextmanager
def _limited_computing() -> Iterator[None]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime) + MOST_SECONDS + _GRACE_SECONDS
    with _soft_limit(resource.RLIMIT_CPU, most):
        if threading.current_thread() is not threading.main_thread():
            yield  # Only the main thread hears signals; the system's limit holds.
            return
        before = signal.signal(signal.SIGPROF, _end)
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _TimeIsUp
