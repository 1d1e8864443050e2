"""What Caddy and nginx are told, where one of them stands before Superset and Dagster.

Belongs here: their files, made from the configuration. Does not: writing them (``installation``).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sources.home.configuration import configuration
from sources.home.home import Home

_TOO_LARGE = "Trop volumineux : 25 Mio au plus à la fois. Rien n'a été gardé."

_DAGSTER_BEGINS = "\n# Who opens Dagster's page"

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


def proxy_files(home: Home) -> dict[str, str]:
    """Text of each file by its name."""
    servers = configuration(home).servers
    words = {
        "superset_host": urlsplit(servers.superset_url or "").hostname or "cartographie.example.org",
        "dagster_host": urlsplit(servers.dagster_url or "").hostname or "dagster.example.org",
        "superset_port": servers.superset_port,
        "dagster_port": servers.dagster_port,
        "too_large": _TOO_LARGE,
        "address": "127.0.0.1" if servers.host in {"0.0.0.0", "::"} else servers.host,
    }
    files = {"Caddyfile": _CADDY_TEXT.format(**words), "nginx.conf": _NGINX_TEXT.format(**words)}
    if servers.pages_only:
        return {name: text.partition(_DAGSTER_BEGINS)[0] for name, text in files.items()}
    return files
