"""The command that opens Dagster's page on purpose.

Belongs here: its arguments and sentences. Does not: who is let in (``dagster_page``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from pipelines.commands.terminal.common import HomeOption, failures_as_sentences
from sources.home.home import Home

if TYPE_CHECKING:
    from pipelines.operations.ports import Ports


def register(app: typer.Typer) -> None:
    """Put the command on ``app``."""

    @app.command()
    def dagster(home: HomeOption = None) -> None:
        """Donner une adresse qui ouvre la page de Dagster, une fois, pendant cinq minutes."""
        with failures_as_sentences():
            from pipelines.operations.ports import ports_in_use

            place = Home.locate(home)
            typer.echo(opening_address(place, ports_in_use(place)))


def opening_address(home: Home, ports: Ports) -> str:
    """An address of Dagster's page with a new ticket, as people reach it."""
    from pipelines.operations.dagster_page.guard import TICKET_PATH
    from pipelines.operations.dagster_page.tickets import new_ticket
    from sources.home.configuration import configuration

    base = (configuration(home).servers.dagster_url or ports.dagster_url).rstrip("/")
    return f"{base}{TICKET_PATH}?jeton={new_ticket(home)}"
