"""The establishments' door: its reader answers, and keeps no try past its day."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.operations.doctor.finding import Finding, error, warning, well
from pipelines.operations.door import waiting
from pipelines.operations.door.asking import is_answering
from pipelines.operations.ports import running_up
from sources.home.home import Home

_SECONDS = 5.0


def examine_door(home: Home) -> Iterator[Finding]:
    running = running_up(home) is not None
    if running and not is_answering(home, _SECONDS):
        yield error("D0603", "le guichet des établissements ne répond pas", "lisez logs/door.log, puis relancez « up »")
        return
    if old := waiting.old_ones(home):

        def purge() -> str:
            return f"{waiting.purge_old(home)} essai(s) effacé(s)"

        said = f"{len(old)} essai(s) de plus d'un jour occupent de la place"
        yield warning("D0603", said, "« cartographie doctor --repair » les efface", purge)
        return
    yield well("D0603", "guichet des établissements en ordre" if running else "guichet : « up » ne tourne pas")
