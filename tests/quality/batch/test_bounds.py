"""What is taken for a refusal of memory, and what for a fault of ours: a file is set aside for the first alone."""

from __future__ import annotations

import errno
import threading
from xml.parsers.expat import ExpatError, ParserCreate

import numpy as np
import pytest
from polars.exceptions import ComputeError, PanicException

from quality.batch.bounds import TooMuchToJudgeError, bounded, is_refused_memory


class OtherError(BaseException):
    """Of no library that is known here."""


def expat_error(code: int, words: str) -> ExpatError:
    error = ExpatError(words)
    error.code = code
    return error


def real_memory_error() -> BaseException:
    with pytest.raises(MemoryError) as caught:
        np.ones(2**60, dtype=np.uint8)
    return caught.value


def real_syntax_error() -> BaseException:
    with pytest.raises(ExpatError) as caught:
        ParserCreate().Parse(b"<memory></alloc>", True)
    return caught.value


REFUSED = [
    MemoryError(),
    MemoryError("std::bad_alloc"),
    real_memory_error(),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
    RuntimeError("can't start new thread"),
    expat_error(1, "out of memory"),
    PanicException("OS can't spawn worker thread: Resource temporarily unavailable (os error 11)"),
    PanicException('called `Result::unwrap()` on an `Err` value: Os { code: 12, kind: OutOfMemory, message: "…" }'),
]
OURS = [
    KeyError("memory"),
    ValueError("could not convert 'allocation de créneaux' to int"),
    RuntimeError("dictionary changed size in thread"),
    RuntimeError("there is no current event loop in thread 'MainThread'"),
    AssertionError("out of memory"),
    ComputeError("conversion failed: 'mémoire / memory / alloc'"),
    FileNotFoundError(errno.ENOENT, "No such file", "memory.csv"),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError("memory"),
    expat_error(3, "no element found: memory"),
    real_syntax_error(),
    PanicException("index out of bounds: the len is 11 but the index is 12, in allocator"),
    PanicException('Os { code: 2, kind: NotFound, message: "alloc" }'),
    OtherError("thread"),
    UnicodeDecodeError("utf-8", b"memory", 0, 1, "alloc"),
]


def named(error: BaseException) -> str:
    return f"{type(error).__name__} {error}"


@pytest.mark.parametrize("error", REFUSED, ids=named)
def test_a_refusal_is_told_by_what_it_is_however_it_was_wrapped(error: BaseException) -> None:
    assert is_refused_memory(error)
    wrapped, while_handled = ValueError("a rule failed"), KeyError("x")
    wrapped.__cause__, while_handled.__context__ = error, error
    assert is_refused_memory(wrapped) and is_refused_memory(while_handled)
    with pytest.raises(TooMuchToJudgeError, match="2 Gio de mémoire"), bounded(1):
        raise error


@pytest.mark.parametrize("error", OURS, ids=named)
def test_a_fault_of_ours_is_no_refusal_whatever_it_says(error: BaseException) -> None:
    """Would have set aside for good a hospital's answers, for a rule that fails on a title that says « memory »."""
    assert not is_refused_memory(error)
    with pytest.raises(type(error)) as caught, bounded(1):
        raise error
    assert caught.value is error


def test_the_words_of_a_thread_that_is_refused_are_those_of_this_python() -> None:
    """They are all that tells it: a later Python that says it otherwise fails here."""
    before = threading.stack_size(2**40)
    try:
        with pytest.raises(RuntimeError) as caught:
            threading.Thread(target=print).start()
    finally:
        threading.stack_size(before)
    assert is_refused_memory(caught.value)
