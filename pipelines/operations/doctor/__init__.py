"""``cartographie doctor``: what is wrong with an installation, and mending what is safe to mend.

Belongs here: findings and the order of examinations (``diagnose``). Does not: each examination (``machine``,
``archive_health``, ``layers``). Nothing is changed unless asked; a repair only ever removes what is made again from
the archive, moves a link, or puts back bytes whose SHA-256 proves them.
"""

from pipelines.operations.doctor.diagnosis import Finding, Level, diagnose, worst

__all__ = ["Finding", "Level", "diagnose", "worst"]
