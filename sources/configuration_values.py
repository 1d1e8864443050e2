"""Kinds of values that settings have, each refused at start with what is expected in French.

Belongs here: what a port, an address, a time or a time zone looks like. Does not: the settings (``configuration``).
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

EXPECTED = "expected"
"""The kind of an error whose message is what is expected, in French."""

_NAMES = {
    "jan feb mar apr may jun jul aug sep oct nov dec": 3,
    "sun mon tue wed thu fri sat": 4,
}
_CRON_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_CRON_PART = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[1-9]\d*))?")


def _one_that(is_right: Callable[[str], bool], expected: str) -> AfterValidator:
    def check(value: str) -> str:
        if not is_right(value):
            raise PydanticCustomError(EXPECTED, "{expected}", {"expected": expected})
        return value

    return AfterValidator(check)


def _is_cron(text: str) -> bool:
    fields = text.split()
    return len(fields) == len(_CRON_BOUNDS) and all(
        _is_cron_part(part, position) for position, field in enumerate(fields) for part in field.split(",")
    )


def _is_cron_part(part: str, position: int) -> bool:
    found = _CRON_PART.fullmatch(part)
    if found is None:
        return False
    lowest, highest = _CRON_BOUNDS[position]
    numbers = [_cron_number(text, position) for text in (found["first"], found["last"]) if text is not None]
    return all(lowest <= number <= highest for number in numbers)


def _cron_number(text: str, position: int) -> int:
    """The number that a field says, by its name too; one out of bounds when it says none."""
    for names, its_position in _NAMES.items():
        if its_position == position and text.lower() in names.split():
            return names.split().index(text.lower()) + (position == 3)
    return int(text) if text.isdecimal() else -1


def _is_time_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return re.fullmatch(r"[0-9A-Za-z.\-]+", text) is not None
    return True


def _check_alert_address(address: SecretStr) -> SecretStr:
    import apprise

    if apprise.Apprise.instantiate(address.get_secret_value()) is None:
        raise PydanticCustomError(EXPECTED, "une adresse qu'Apprise comprend (mailtos://…, matrixs://…)")
    return address


def _check_postgres_address(address: SecretStr) -> SecretStr:
    if not re.fullmatch(r"postgres(ql)?://\S+", address.get_secret_value()):
        raise PydanticCustomError(EXPECTED, "postgresql://utilisateur:motdepasse@machine/base")
    return address


Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[str, _one_that(_is_host, "une adresse IP ou un nom de machine, sans port")]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")]
PostgresUrl = Annotated[SecretStr, AfterValidator(_check_postgres_address)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")]
Cron = Annotated[str, _one_that(_is_cron, "cinq champs : minute, heure, jour, mois, jour de semaine, comme 30 2 * * *")]
TimeZone = Annotated[str, _one_that(_is_time_zone, "un fuseau horaire, par exemple Europe/Paris")]
AlertAddress = Annotated[SecretStr, AfterValidator(_check_alert_address)]
