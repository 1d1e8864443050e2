"""Files that install cartographie on one server: a hardened systemd unit, and reverse proxies beside it.

Belongs here: writing them from the configuration. Does not: starting anything, nor touching the system's own folders:
the person reads what was written and copies it.
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
from urllib.parse import urlsplit

from dashboards.serving import environment
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

_TOO_LARGE = "Trop volumineux : 25 Mio au plus à la fois. Rien n'a été gardé."

_CADDY_TEXT = """\
# Written by « cartographie install --systemd ». Caddy gets and renews its certificates itself.
# These options hold for all sites of this Caddy; they must stand first.
{{
    servers {{
        max_header_size 64KB
        timeouts {{
            read_header 10s
            read_body 30s
            write 5m
            idle 75s
        }}
    }}
}}

{superset_host} {{
    encode zstd gzip
    request_header -Upgrade
    # « Mes envois » takes 25 MiB and says so in words; past 28 MB, so does this: max_size alone would answer 502.
    @trop_grand header_regexp Content-Length ^(2[89][0-9]{{6}}|[3-9][0-9]{{7}}|[0-9]{{9,}})$
    handle @trop_grand {{
        header Content-Type "text/plain; charset=utf-8"
        respond "{too_large}" 413
    }}
    handle {{
        request_body {{
            max_size 28MB
        }}
        reverse_proxy {address}:{superset_port}
    }}
}}

# Who opens Dagster's page can run anything: it asks for a ticket (« cartographie dagster ») under a name of its own,
# and strangers do not even see it. « caddy hash-password » makes the password's hash.
{dagster_host} {{
    # Its newer name, basic_auth, is not known to the Caddy of Debian 12; this one is known to all.
    basicauth {{
        exploitation REMPLACEZ_PAR_LE_CONDENSAT
    }}
    # A WebSocket is the one other protocol that is let through: not h2c, in which nobody would look at the requests.
    @autre not header_regexp Upgrade (?i)^websocket$
    request_header @autre -Upgrade
    reverse_proxy {address}:{dagster_port}
}}
"""

_NGINX_TEXT = """\
# Written by « cartographie install --systemd ». Certificates: see ssl_certificate below.
# A WebSocket is the one other protocol that is let through: not h2c, in which nobody here would look at the requests.
map $http_upgrade $upgrade {{ default ''; ~*^websocket$ websocket; }}
map $upgrade $connection_upgrade {{ default close; websocket upgrade; }}
# A hospital may come from one address: many connections, yet no end of them.
limit_conn_zone $binary_remote_addr zone=cartographie_connections:1m;

server {{
    listen 443 ssl;
    server_name {superset_host};
    ssl_certificate /etc/ssl/certs/{superset_host}.pem;
    ssl_certificate_key /etc/ssl/private/{superset_host}.key;
    large_client_header_buffers 4 64k;
    # « Mes envois » takes 25 MiB and says so in words; past it, so does this.
    client_max_body_size 26m;
    error_page 413 @trop_grand;
    client_header_timeout 10s;
    client_body_timeout 10s;
    send_timeout 30s;
    reset_timedout_connection on;
    limit_conn cartographie_connections 200;
    location / {{
        proxy_pass http://{address}:{superset_port};
        # A try may be judged for two minutes, and wait for others before: its answer is the server's, in words.
        proxy_read_timeout 300s;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto https;
        proxy_set_header X-Forwarded-For $remote_addr;
    }}
    location @trop_grand {{
        default_type "text/plain; charset=utf-8";
        return 413 "{too_large}";
    }}
}}

# Who opens Dagster's page can run anything: it asks for a ticket (« cartographie dagster ») under a name of its own,
# and strangers do not even see it. « htpasswd » makes the file of passwords.
server {{
    listen 443 ssl;
    server_name {dagster_host};
    ssl_certificate /etc/ssl/certs/{dagster_host}.pem;
    ssl_certificate_key /etc/ssl/private/{dagster_host}.key;
    client_header_timeout 10s;
    client_body_timeout 10s;
    send_timeout 30s;
    reset_timedout_connection on;
    limit_conn cartographie_connections 200;
    auth_basic "Exploitation";
    auth_basic_user_file /etc/nginx/cartographie.htpasswd;
    location / {{
        proxy_pass http://{address}:{dagster_port};
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $upgrade;
        proxy_set_header Connection $connection_upgrade;
    }}
}}
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
    texts = {UNIT: _unit(home, user or getpass.getuser()), **_proxies(home)}
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
    needed = (home.root, PROJECT, executable, interpreter)
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


def _proxies(home: Home) -> dict[str, str]:
    servers = configuration(home).servers
    words = {
        "superset_host": urlsplit(servers.superset_url or "").hostname or "cartographie.example.org",
        "dagster_host": urlsplit(servers.dagster_url or "").hostname or "dagster.example.org",
        "superset_port": servers.superset_port,
        "dagster_port": servers.dagster_port,
        "too_large": _TOO_LARGE,
        "address": "127.0.0.1" if servers.host in {"0.0.0.0", "::"} else servers.host,
    }
    return {"Caddyfile": _CADDY_TEXT.format(**words), "nginx.conf": _NGINX_TEXT.format(**words)}
