"""Alerts to coordinators and engineers, and receipts by e-mail to establishments, when the configuration asks.

Belongs here: what is worth a message (``events``), what was told already (``state``), sending (``sending``). Does not:
when it is looked at (``pipelines.orchestration.sensors``). French, grouped in one message a look, without the content
of any cell.
"""

from pipelines.operations.alerts.sending import SendingError, SendReport, send_alerts

__all__ = ["SendReport", "SendingError", "send_alerts"]
