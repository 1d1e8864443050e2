"""What an operator may set for one installation: ``<home>/cartographie.toml`` or ``CARTOGRAPHIE_<SECTION>__<NAME>``.

Belongs here: every setting with its default, its bounds and what it is for, and reading them. Does not: the French
of what is wrong with them (``configuration_errors``), the referential's rows (campaigns, thresholds, profiles), what
is done with a setting. A variable wins over the file. ``docs/exploitation.md`` lists the settings; a test holds it
to this module.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, SecretStr, StringConstraints, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from sources.home.configuration_errors import ConfigurationError, sentences
from sources.home.configuration_values import (
    AlertAddress,
    Cron,
    DataPath,
    Email,
    Host,
    HttpsUrl,
    HttpUrl,
    Port,
    PostgresUrl,
    SocketPath,
    TimeZone,
)
from sources.home.home import Home
from sources.home.sign_in_settings import LOOPBACK_URL, Oidc, S3Url, Section
from sources.home.system_errors import system_reason

PREFIX = "CARTOGRAPHIE_"
FILE_NAME = "cartographie.toml"


class Servers(Section):
    host: Host = Field("127.0.0.1", description="Address on which both servers listen; leave it behind a proxy")
    dagster_port: Port = Field(3000, description="Port of Dagster's pages")
    superset_port: Port = Field(8088, description="Port of Superset")
    dagster_url: HttpUrl | None = Field(None, description="Dagster's address as people reach it, for links")
    superset_url: HttpUrl | None = Field(None, description="Superset's address as people reach it, for links")
    https: bool = Field(False, description="Behind a TLS proxy: Superset's cookies are for https only")
    log_mib: int = Field(5, ge=1, description="A server's log is put aside past this size, in MiB; one is kept")
    pages_only: bool = Field(
        False, description="Superset alone, on a published/ that another installation fills (echelle.md)"
    )


class Metadata(Section):
    postgres_url: PostgresUrl | None = Field(
        None,
        description="postgresql://user:password@host/base for Dagster's and Superset's metadata; absent: in the home",
    )


class Warehouse(Section):
    """Where dbt builds; readers always read a file made from it."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    target: Literal["file", "ducklake"] = Field(
        "file", description="Where the warehouse is built: a file of the home, or DuckLake (ducklake.md)"
    )
    catalog_url: PostgresUrl | None = Field(
        None,
        description="DuckLake's catalog, postgresql://user:password@host/base: in secrets.env, "
        "CARTOGRAPHIE_WAREHOUSE__CATALOG_URL",
    )
    data_path: DataPath | None = Field(
        None,
        description="Folder of DuckLake's Parquet files, empty at first, which all hosts see; or s3://bucket/folder",
    )
    s3_endpoint: S3Url | None = Field(None, description="Address of the storage that speaks S3, https:")
    s3_region: str = Field("us-east-1", description="Its region; most that are not Amazon's take any")
    s3_key_id: str | None = Field(None, description="Name of the key that opens it")
    s3_secret: SecretStr | None = Field(
        None, description="Secret that goes with it: in secrets.env, CARTOGRAPHIE_WAREHOUSE__S3_SECRET"
    )

    @field_validator("s3_endpoint", "s3_key_id", "s3_secret")
    @classmethod
    def _goes_with_s3(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(info.data.get("data_path"), str) and value is None:
            raise PydanticCustomError("missing_beside_s3", "")
        return value

    @field_validator("catalog_url", "data_path")
    @classmethod
    def _goes_with_ducklake(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("target") == "ducklake" and value is None:
            raise PydanticCustomError("missing_beside_ducklake", "")
        return value


class Intake(Section):
    settling_seconds: float = Field(
        2.0, ge=0, le=600, description="A file touched less than this ago is looked at twice"
    )
    half_copied_seconds: float = Field(
        60.0, ge=1, le=86_400, description="A workbook without its end is waited for this long, then told as damaged"
    )
    reader_memory_mib: int = Field(900, ge=256, le=65_536, description="Memory that reading one file may take, in MiB")
    reader_seconds: float = Field(25.0, ge=5, le=600, description="Seconds of computing that reading one file may take")
    form_urls: dict[str, HttpsUrl] = Field(
        default_factory=dict, description="Campaign code = address of its online form, shown on « Mes envois »"
    )


class Runs(Section):
    nightly_cron: Cron = Field("30 2 * * *", description="When the nightly pass runs")
    analysis_cron: Cron = Field("30 3 * * *", description="When the long analyses run (the core of portfolios)")
    cleanup_cron: Cron = Field("15 4 * * *", description="When the clean-up runs")
    comparison_cron: Cron = Field("0 5 * * *", description="When the publication is compared with a build from nothing")
    time_zone: TimeZone = Field("Europe/Paris", description="Time zone of all schedules")
    lock_wait_seconds: float = Field(600.0, ge=1, description="A step waits this long for another writer of the home")
    analyses_socket: SocketPath | None = Field(
        None,
        description="Socket of a second code server that runs analyses and exports, here or elsewhere (echelle.md)",
    )


class Finess(Section):
    sites: str | None = Field(
        None, description="Where the register of sites is published: https: address or path; none: no schedule"
    )
    entities: str | None = Field(None, description="The same of the register of legal entities")
    cron: Cron = Field("0 6 * * 1", description="When the register is brought again")


class Retention(Section):
    releases: int = Field(3, ge=2, le=100, description="Releases kept, the current one included")
    run_days: int = Field(90, ge=1, description="Days that a finished run, its events, checks and logs are kept")
    failed_tick_days: int = Field(90, ge=1, description="Days that failed ticks of sensors and schedules are kept")
    answered_days: int = Field(
        400, ge=1, description="Days that answered files stay in traités/; their originals stay in the archive"
    )
    as_of_days: int = Field(90, ge=1, description="Days that a past state (run --as-of) is kept")
    tick_days: int = Field(30, ge=1, description="Days that ticks which started a run are kept")


class Backup(Section):
    destination: Path | None = Field(None, description="Folder of back-ups, best on another machine; none: no schedule")
    cron: Cron = Field("0 3 * * *", description="When the scheduled back-up runs")
    snapshots: int = Field(30, ge=1, description="Snapshots kept")
    late_hours: int = Field(36, ge=1, description="Hours after which a back-up is said to be late")


class Alerts(Section):
    urls: list[AlertAddress] = Field(
        default_factory=list, description="Where alerts go, as Apprise writes it: mailtos://user:pass@host?to=a@b.fr, …"
    )
    reminder_days: list[Annotated[int, Field(ge=0, le=365)]] = Field(
        default_factory=lambda: [14, 3], description="Days before a deadline when silent establishments are named"
    )
    silence_hours: int = Field(
        48, ge=1, description="Hours without a good nightly pass after which freshness is said to be missed"
    )
    disk_free_gib: float = Field(5.0, ge=0, description="Free space of the home's disk below which it is nearly full")
    review_days: int = Field(14, ge=0, le=365, description="Days before a committee's review when it is recalled")
    receipts_url: str | None = Field(
        None, description="Where people find receipts/, file: or https:; the folder of the home when absent"
    )
    receipt_mail_url: AlertAddress | None = Field(
        None, description="Apprise address of the mail server that sends receipts to establishments, without 'to'"
    )
    receipt_addresses: dict[str, Email] = Field(
        default_factory=dict, description="Organisation code = address to which its receipts are sent"
    )


class Superset(Section):
    memory: Annotated[str, StringConstraints(pattern=r"^\d+(MB|GB)$")] = Field(
        "512MB", description="Memory of DuckDB in each process of Superset"
    )
    threads: int = Field(2, ge=1, le=64, description="Threads of DuckDB in each process of Superset")
    process_memory_mib: int = Field(
        1536, ge=768, description="Memory of each of Superset's two processes, in MiB; past it, that one starts again"
    )
    statement_seconds: float = Field(
        30, gt=0, le=300, description="Seconds after which a question to the warehouse is interrupted"
    )


class _Variables(EnvSettingsSource):
    """A list that is not written as one is left to the validation, which tells all mistakes together."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


class Configuration(BaseSettings):
    """All settings of one installation, defaults filled in."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, case_sensitive=False
    )

    servers: Servers = Field(default_factory=Servers)
    metadata: Metadata = Field(default_factory=Metadata)
    warehouse: Warehouse = Field(default_factory=Warehouse)
    intake: Intake = Field(default_factory=Intake)
    runs: Runs = Field(default_factory=Runs)
    finess: Finess = Field(default_factory=Finess)
    retention: Retention = Field(default_factory=Retention)
    backup: Backup = Field(default_factory=Backup)
    alerts: Alerts = Field(default_factory=Alerts)
    superset: Superset = Field(default_factory=Superset)
    oidc: Oidc = Field(default_factory=Oidc)

    @field_validator("oidc")
    @classmethod
    def _comes_back_encrypted(cls, value: Oidc, info: ValidationInfo) -> Oidc:
        servers = info.data.get("servers")
        url = servers.superset_url if servers else None
        if value.is_on and url and not url.startswith("https://") and not re.fullmatch(LOOPBACK_URL, url):
            raise PydanticCustomError("return_not_encrypted", "")
        return value

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        *_others: Any, **_more: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """The file is given as arguments: what the environment says goes over it."""
        return _Variables(settings_cls), init_settings


def configuration(home: Home) -> Configuration:
    """The settings of a home, read again when the file changed; raises ``ConfigurationError`` with all mistakes."""
    path = home.root / FILE_NAME
    try:
        status = path.stat()
    except FileNotFoundError:
        return _read(path, None, _variables())
    return _read(path, (status.st_mtime_ns, status.st_size), _variables())


def _variables() -> tuple[tuple[str, str], ...]:
    sections = tuple(f"{PREFIX}{name}__".upper() for name in Configuration.model_fields)
    return tuple(sorted(pair for pair in os.environ.items() if pair[0].upper().startswith(sections)))


@lru_cache(maxsize=32)
def _read(path: Path, signature: tuple[int, int] | None, variables: tuple[tuple[str, str], ...]) -> Configuration:
    content: dict[str, Any] = {}
    if signature is not None:
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError([f"{path} : ce n'est pas du TOML ({error}). Corrigez cette ligne."]) from None
        except OSError as error:
            reason = system_reason(error.errno)
            raise ConfigurationError([f"{path} : ne peut pas être lu ({reason}). Donnez le droit."]) from None
    try:
        return Configuration(**content)
    except ValidationError as error:
        raise ConfigurationError(sentences(error, path, dict(variables), _known())) from None


def _known() -> dict[str, list[str]]:
    """Section → names of its settings."""
    return {name: list(_section(name).model_fields) for name in Configuration.model_fields}


def _section(name: str) -> type[Section]:
    kind = Configuration.model_fields[name].annotation
    assert isinstance(kind, type) and issubclass(kind, Section)
    return kind


def all_settings() -> list[tuple[str, str, Any, str]]:
    """Section, name, default and description of each setting, in the order of this module."""
    return [
        (section, name, info.get_default(call_default_factory=True, validated_data={}), info.description or "")
        for section in Configuration.model_fields
        for name, info in _section(section).model_fields.items()
    ]
