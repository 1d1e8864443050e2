"""The referential of the site, as the next pass will take it or refuse it."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.operations.doctor.finding import Finding, error, well
from pipelines.operations.incidents.incidents import Incident, incident_of
from quality.verdicts.referential_guard import ReferentialInUseError, refuse_codes_taken_away
from sources.home.home import Home
from sources.referential.loader import ReferentialError, load_referential


def examine_referential(home: Home) -> Iterator[Finding]:
    refused = list(referential_problems(home))
    for incident, said in refused:
        yield error(incident.code, said, incident.remedy)
    if not refused:
        yield well(incident_of(ReferentialError([])).code, "le référentiel peut servir")


def referential_problems(home: Home) -> Iterator[tuple[Incident, str]]:
    """Why the next pass would refuse the referential, each problem in a French sentence."""
    try:
        refuse_codes_taken_away(home, load_referential(home.referential))
    except ReferentialError as refusal:
        yield from ((incident_of(refusal), str(problem)) for problem in refusal.problems)
    except ReferentialInUseError as refusal:
        yield incident_of(refusal), str(refusal)
