"""The reasons of the operating system, in French."""

import errno
import os

import pytest

from sources.home.system_errors import system_reason


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, "le disque est plein"), (errno.EACCES, "le droit manque"), (errno.EROFS, "lecture seule")],
)
def test_common_reasons_are_french(number: int, reason: str) -> None:
    assert reason in system_reason(number)


def test_a_rare_reason_is_in_the_system_s_own_words_and_none_is_said() -> None:
    assert system_reason(errno.EXFULL) == os.strerror(errno.EXFULL)
    assert system_reason(None) == "sans raison donnée"
