"""The second code location: analyses and exports, on a code server of their own that may stand on another host.

``[runs] analyses_socket`` leads to it; how it is started: docs/echelle.md. Belongs here: what Dagster loads there. Does
not: any definition (``definitions``).
"""

from __future__ import annotations

from functools import cache

from dagster import Definitions, definitions

from pipelines.orchestration.definitions import ANALYSES, build_defs


@cache
def _built() -> Definitions:
    return build_defs(part=ANALYSES)


@definitions
def defs() -> Definitions:
    """What Dagster loads, when it loads it."""
    return _built()
