"""What `run` says of the pass that it made, and `up` of the servers that it started.

Belongs here: their sentences. Does not: the commands (``pipelines.cli``), how a terminal is spoken to (``common``).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipelines.commands.terminal.common import say
from sources.home.configuration import configuration
from sources.home.home import Home

if TYPE_CHECKING:
    from pipelines.operations.ports import Ports
    from pipelines.orchestration.runs.one_pass import PassReport


def say_pass(report: PassReport) -> None:
    """How long it took, what became of the files, what is published."""
    from quality.verdicts.verdicts import VERDICT_LABELS

    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in report.phase_seconds.items())
    say(f"Phases : {seconds}")
    verdicts = ", ".join(
        f"{count} {VERDICT_LABELS.get(code, code).lower()}" for code, count in sorted(report.verdict_counts.items())
    )
    say(f"{report.reception_count} fichier(s) reçu(s){' : ' + verdicts if verdicts else ''}")
    if report.set_aside_count:
        say(f"{report.set_aside_count} dépôt(s) mis de côté : leurs lignes arrêtaient l'entrepôt (voir les accusés)")
    if report.release:
        say(f"Publié : {report.release.name}")


def announce(home: Home, ports: Ports) -> None:
    """Where the servers are, and how to come in."""
    from dashboards.serving.server import ADMIN, accounts_file, read_accounts

    shown = read_accounts(home.superset)[ADMIN] if sys.stdout.isatty() else f"dans {accounts_file(home.superset)}"
    say("")
    say(f"Tableaux de bord   {ports.superset_url}   compte : {ADMIN}, mot de passe : {shown}")
    if configuration(home).servers.pages_only:
        say(f"Pages seules, sur ce que {home.published / 'current'} montre ; Ctrl-C arrête tout.")
        return
    say(f"Dagster            {_dagster_address(home, ports)}")
    say(f"Déposez un classeur dans {home.intake}/<établissement>/ ; Ctrl-C arrête tout.")


def _dagster_address(home: Home, ports: Ports) -> str:
    """On a terminal, an address that opens the page once; in a journal, which others may read, how to get one."""
    from pipelines.commands.dagster_page import opening_address

    if sys.stdout.isatty():
        return f"{opening_address(home, ports)}   (une fois ; « cartographie dagster » en donne une autre)"
    return f"{ports.dagster_url}   (« cartographie dagster » donne une adresse qui l'ouvre)"
