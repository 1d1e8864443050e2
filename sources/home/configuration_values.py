"""Kinds of values that settings have, each refused at start with what is expected in French.

Belongs here: what a port, an address, a time or a time zone looks like. Does not: the settings (``configuration``).
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from croniter import croniter
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

LONGEST_SOCKET_PATH = 100
"""A Unix socket's path has 108 bytes at most."""

EXPECTED = "expected"
"""The kind of an error whose message is what is expected, in French."""


def _one_that(is_right: Callable[[str], bool], expected: str) -> AfterValidator:
    def check(value: str) -> str:
        if not is_right(value):
            raise PydanticCustomError(EXPECTED, "{expected}", {"expected": expected})
        return value

    return AfterValidator(check)


def _is_cron(text: str) -> bool:
    """Five fields, as Dagster asks: croniter also takes seconds, years and names like ``@daily``."""
    return len(text.split()) == 5 and croniter.is_valid(text)


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


def _is_https(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(
            parts.scheme == "https" and parts.hostname and parts.username is None and re.fullmatch(r"[!-~]+", text)
        )
    except ValueError:
        return False


def _check_absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise PydanticCustomError(EXPECTED, "un chemin entier, qui commence par /")
    return path


def _check_socket(path: Path) -> Path:
    if len(str(path).encode()) > LONGEST_SOCKET_PATH:
        raise PydanticCustomError(EXPECTED, "un chemin plus court : une socket en admet 100 caractères")
    return path


def _to_data_path(value: object) -> object:
    if not isinstance(value, str) or not value.startswith("s3:"):
        return Path(value) if isinstance(value, str) else value
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9](/[A-Za-z0-9_.\-]+)+", value):
        raise PydanticCustomError(EXPECTED, "s3://seau/dossier, sans « / » à la fin")
    return value


def _check_data_path(path: Path | str) -> Path | str:
    return _check_absolute(path) if isinstance(path, Path) else path


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
HttpsUrl = Annotated[str, _one_that(_is_https, "une adresse https://, sans nom ni mot de passe dedans")]
PostgresUrl = Annotated[SecretStr, AfterValidator(_check_postgres_address)]
AbsolutePath = Annotated[Path, AfterValidator(_check_absolute)]
SocketPath = Annotated[AbsolutePath, AfterValidator(_check_socket)]
DataPath = Annotated[Path | str, BeforeValidator(_to_data_path), AfterValidator(_check_data_path)]
"""A folder, or an address of storage that speaks S3, which stays a text."""

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")]
Cron = Annotated[str, _one_that(_is_cron, "cinq champs : minute, heure, jour, mois, jour de semaine, comme 30 2 * * *")]
TimeZone = Annotated[str, _one_that(_is_time_zone, "un fuseau horaire, par exemple Europe/Paris")]
AlertAddress = Annotated[SecretStr, AfterValidator(_check_alert_address)]
