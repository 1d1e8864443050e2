"""Files that install cartographie on one server: a hardened systemd unit, and reverse proxies beside it.

Belongs here: writing them from the configuration. Does not: what a proxy is told (``proxies``),
starting anything, nor touching the system's own folders: the person reads what was written and copies it.
"""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dashboards.serving import environment
from pipelines.operations.proxies import proxy_files
from sources.home.configuration import configuration
from sources.home.durable import write_whole
from sources.home.home import HOME_VARIABLE, Home
from sources.home.home_layout import ensure_layout

UNIT = "cartographie.service"
PROJECT = Path(__file__).resolve().parents[2]
_START_SECONDS = 900
"""The first start installs Superset's environment and makes its metadata."""

_UNIT_TEXT = """\
# Written by « cartographie install --systemd ». Copy to /etc/systemd/system/, then:
#   systemctl daemon-reload && systemctl enable --now cartographie
[Unit]
Description=Cartographie des cas d'usage de l'IA
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
NotifyAccess=main
User={user}
Environment={home_variable}={home}
# What is no part of the installation: caches of uv, of the browser that prints, of fonts. May be deleted at will.
CacheDirectory={cache}
Environment=XDG_CACHE_HOME=/var/cache/{cache} XDG_CONFIG_HOME=/var/cache/{cache}/config
Environment=UV_CACHE_DIR=/var/cache/{cache}/uv UV_NO_PROGRESS=1{uv}
EnvironmentFile=-{home}/secrets.env
WorkingDirectory={project}
ExecStart={executable} up --no-demo
Restart=on-failure
RestartSec=10
TimeoutStartSec={start_seconds}
TimeoutStopSec=60
KillMode=mixed
UMask=0027
LimitNOFILE=16384
# A process of Superset that takes too much memory dies alone, and is started again.
OOMPolicy=continue

NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={writable}
PrivateTmp={private_tmp}
PrivateDevices=yes
ProtectHome={protect_home}
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
# What is not allowed is refused, as to any program without a right; it does not end the process.
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


class InstallError(Exception):
    """The files cannot be written or would not work; the message is French."""


@dataclass(frozen=True)
class Installation:
    """What was written, and what ``systemd-analyze verify`` said of the unit (None where it is not installed)."""

    files: list[Path]
    verified: bool | None
    said: str = ""


def write_installation(home: Home, folder: Path, user: str | None = None) -> Installation:
    """Write the unit and the proxies' files for ``home`` into ``folder``, and have systemd check the unit.

    Raises ``InstallError`` for a path that systemd cannot hold.
    """
    if any(re.search(r"[\s%\"'\\$]", str(path)) for path in (home.root, PROJECT)):
        raise InstallError(
            "systemd n'accepte ni espace, ni guillemet, ni %, ni $ dans ces chemins : déplacez le dossier."
        )
    _make_home(home, user)
    texts = {UNIT: _unit(home, user or getpass.getuser()), **proxy_files(home)}
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    verified, said = verify(folder / UNIT)
    return Installation([folder / name for name in texts], verified, said)


def _make_home(home: Home, user: str | None) -> None:
    """systemd starts no service whose folder is missing; made by root, it is given to the service's account."""
    is_new = not home.root.exists()
    ensure_layout(home)
    if is_new and user is not None and os.getuid() == 0:
        try:
            for path in (home.root, *home.root.iterdir()):
                shutil.chown(path, user)
        except LookupError:
            raise InstallError(f"Le compte {user} n'existe pas : créez-le (useradd --system), puis relancez.") from None


def verify(unit: Path) -> tuple[bool | None, str]:
    """What ``systemd-analyze verify`` says of a unit."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return None, ""
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if unit.name in line]
    return not said and done.returncode == 0, "\n".join(said)


def _unit(home: Home, user: str) -> str:
    executable = Path(sys.executable).parent / "cartographie"
    # The project's folder too: Superset's environment is installed in it at the first start.
    writable = [home.root, PROJECT / "dashboards" / "superset"]
    settings = configuration(home)
    mounted = [path for path in (settings.backup.destination, settings.warehouse.data_path) if isinstance(path, Path)]
    interpreter = Path(sys.executable).resolve()  # uv and pyenv keep theirs in somebody's home
    # published/ may lead to a share
    needed = (home.root, home.published.resolve(), PROJECT, executable, interpreter)
    private_tmp = _unless_in(("/tmp/", "/var/tmp/"), needed)
    if private_tmp == "no":
        writable += [Path("/tmp")]
    return _UNIT_TEXT.format(
        user=user,
        home_variable=HOME_VARIABLE,
        home=home.root,
        project=PROJECT,
        executable=executable,
        cache=Path(UNIT).stem,
        uv=_uv(),
        start_seconds=_START_SECONDS,
        # A disk that is not mounted must not keep the service from starting: what needs it fails then, and is told.
        writable=" ".join(map(str, [*writable, *(f"-{path}" for path in mounted)])),
        # A folder that the unit hides from the service must not be one that it needs.
        protect_home=_unless_in(("/home/", "/root/"), needed),
        private_tmp=private_tmp,
    )


def _unless_in(hidden: tuple[str, ...], needed: Iterable[Path]) -> str:
    return "no" if any(str(path).startswith(hidden) for path in needed) else "yes"


def _uv() -> str:
    """Where uv is, for a service whose PATH does not lead to it: a later version of Superset is installed with it."""
    try:
        program = Path(environment.find_uv()[0])
    except environment.EnvironmentFailure:
        return ""
    return f" UV={program}" if program.is_absolute() and program.name == "uv" else ""
