"""The act itself: what coordinators see published, fixed for the others, archived and laid in the lake.

Belongs here: the sequence. Does not: what may be told (``deciding``), the command (``pipelines.commands``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from pipelines.products.snapshot.deciding import decide
from pipelines.products.snapshot.state import campaigns_assessed, last_reception, read_state
from pipelines.warehouse.publication import current_release, is_behind
from sources.home.home import Home
from sources.home.writer_lock import writing
from sources.versions import snapshots
from sources.versions.snapshots import Act, Snapshot


class SnapshotRefused(Exception):
    """Nothing was fixed; the message is French and says the remedy."""


@dataclass(frozen=True)
class Taken:
    """What an act changed, in use cases of a perimeter: published anew, left as they were, withheld."""

    snapshot: Snapshot
    new_count: int
    standing_count: int
    withheld_count: int


def take(home: Home, campaign: str, taken_by: str, reason: str, today: date | None = None) -> Taken:
    """Fix what others read of a campaign, as coordinators see it published now.

    Raises:
        SnapshotRefused: nothing published, something received not yet in it, no such campaign, or no reason.
    """
    if not reason.strip():
        raise SnapshotRefused("Un arrêté demande un motif (--reason), par exemple « clôture de la campagne ».")
    with writing(home.root, "arrêté de campagne"):
        release = current_release(home)
        if release is None or is_behind(home):
            raise SnapshotRefused(
                "Tout ce qui a été reçu n'est pas encore publié : faites d'abord une passe (« cartographie run »)."
            )
        earlier = snapshots.snapshots(home, campaign)
        with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
            known = campaigns_assessed(connection)
            if campaign not in known:
                assessed = ", ".join(known) or "aucune"
                raise SnapshotRefused(
                    f"Aucune évaluation publiée pour « {campaign} » ; campagnes évaluées : {assessed}."
                )
            state = read_state(connection, campaign)
            act = Act(
                campaign,
                len(earlier) + 1,
                today or date.today(),
                taken_by,
                reason.strip(),
                last_reception(connection),
                release.name,
                {code: str(value) for code, value in sorted(state.thresholds.items())},
            )
        taken = decide(state, act, earlier)
        snapshots.record(home, taken)
        snapshots.write_lake(home)
    return _counted(taken, {(row[0], row[1]) for row in state.members.iter_rows()})


def take_for_demonstration(home: Home) -> list[str]:
    """Fix the demonstration's campaigns that have no act yet, and name them; nothing when nothing is published."""
    if current_release(home) is None:
        return []
    fixed = {one.act.campaign_code for one in snapshots.snapshots(home)}
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        known = campaigns_assessed(connection, is_demonstration=True)
    wanted = [campaign for campaign in known if campaign not in fixed]
    for campaign in wanted:
        take(home, campaign, "démonstration", "clôture de la campagne de démonstration")
    return wanted


def _counted(taken: Snapshot, places: set[tuple[str, str]]) -> Taken:
    scores = taken.tables["scores"]
    told = scores.select("perimeter_code", "use_case_code", "from_snapshot").iter_rows()
    published = {(perimeter, use_case): number for perimeter, use_case, number in told}
    new = [place for place, number in published.items() if number == taken.act.snapshot_number]
    return Taken(taken, len(new), len(published) - len(new), len(places - published.keys()))
