"""The trap: one submission whose rows break a model or a test must not stop those that come after it.

Belongs here: finding which new receptions are to blame, and keeping them out. Does not: the build itself
(``warehouse``), the wording of receipts (``quality``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pipelines.warehouse.publication import current_release
from quality.batch import batch
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake

Builds = Callable[[frozenset[int]], bool]
"""Whether the warehouse builds when these receptions are left out."""


def find_offenders(candidates: Sequence[int], builds_without: Builds) -> frozenset[int] | None:
    """The receptions to leave out so that all others build, by halving; None when none of them is to blame.

    To be called after a build with all of them failed. Of two receptions that break only together, the later one
    is to blame. Takes about 2·log2(n) builds for each offender.
    """
    left_out = frozenset(candidates)
    if not left_out or not builds_without(left_out):
        return None
    return _keep_what_builds(sorted(left_out), left_out, builds_without, known_to_fail=True)


def _keep_what_builds(
    group: list[int], left_out: frozenset[int], builds_without: Builds, known_to_fail: bool = False
) -> frozenset[int]:
    """Take back into the build as much of ``group`` as builds; returns what stays left out."""
    if not known_to_fail and builds_without(left_out - frozenset(group)):
        return left_out - frozenset(group)
    if len(group) == 1:
        return left_out
    middle = len(group) // 2
    left_out = _keep_what_builds(group[:middle], left_out, builds_without)
    return _keep_what_builds(group[middle:], left_out, builds_without)


def new_receptions(home: Home) -> list[int]:
    """Receptions with rows in the lake that the last good publication lacks and that are not set aside yet."""
    release = current_release(home)
    known = set(release.build.receptions) if release else set()
    submitted = lake.read(home.lake, "submissions").get_column("reception_number").to_list()
    return sorted(set(submitted) - known - archive.quarantined_numbers(home).keys())


def leave_out_for_a_trial(home: Home, numbers: Iterable[int]) -> None:
    """Lay the lake's table of what is set aside with ``numbers`` too; ``batch.write_set_aside`` puts it right again."""
    batch.write_set_aside(home, numbers)
