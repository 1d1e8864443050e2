"""To which legal entity a site belongs, by the shipped register: what a sender who wrote the site's number meant.

Belongs here: that one look-up. Does not: loading the register into the lake (``loader``).
"""

from __future__ import annotations

import csv
from functools import cache

from sources.finess.loader import SHIPPED_SITES


def legal_entity_of_site(number: str) -> str | None:
    """The legal entity's FINESS number for a site's; None for a number that is no shipped site's."""
    return _legal_entities().get(number)


@cache
def _legal_entities() -> dict[str, str]:
    with SHIPPED_SITES.open(encoding="utf-8", newline="") as stream:
        return {row["nofinesset"]: row["nofinessej"] for row in csv.DictReader(stream, delimiter=";")}
