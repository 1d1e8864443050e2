"""Everything that the demonstration drops, so that each panel of the pages has something to show.

Belongs here: the list. Does not: what stands in the files, or where they are laid (``drop``).
"""

from __future__ import annotations

from collections.abc import Iterator

from sources.demonstration.committee import committee_decisions
from sources.demonstration.incidents import incidents
from sources.demonstration.portfolio import DemonstrationWorkbook, answers_of_campaigns
from sources.referential.loader import Referential


def demonstration_workbooks(referential: Referential) -> Iterator[DemonstrationWorkbook]:
    """The workbooks, always the same for the same referential, in the order in which they are dropped."""
    yield from answers_of_campaigns(referential)
    yield from committee_decisions(referential)
    yield from incidents(referential)
