"""The analyses cut in parts, each computed again only when what it was computed from has changed.

Belongs here: parts, their checksums, and the rows kept from before. Does not: when analyses run
(``after_publication``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.products.analysis.digests import Digest, Group, answer_digests, score_digests
from pipelines.products.analysis.duplicates import Nameable, pair_rows, read_nameable
from pipelines.products.analysis.inputs import CriterionScores, Inputs
from pipelines.products.analysis.portfolios import core_rows, portfolio_rows
from pipelines.products.analysis.scenarios import ReadScenario, read_scenarios
from pipelines.products.analysis.simulations import DRAW_COUNT, SEED, agreement_rows, robustness_rows
from quality import duplicates
from sources.lake import analysis
from sources.lake.analysis import ANALYSIS_TABLES

_TABLES = {
    "robustness": ("robustness",),
    "agreement": ("agreement",),
    "portfolio": ("portfolio_scenario", "portfolio_selection", "portfolio_frontier", "portfolio_step"),
    "core": ("portfolio_core",),
    "duplicates": ("duplicate_pair",),
}
_WHOLE = "catalogue"
"""The code of a part that is its analysis, whole."""

_GROUP = ("campaign_code", "perimeter_code")
_KEYS = {"robustness": _GROUP, "agreement": _GROUP, "portfolio": ("scenario_code",), "core": ("scenario_code",)}

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Part:
    """A piece of an analysis: its code (``campaign|perimeter``, a scenario, ``catalogue``), what it reads, how."""

    analysis: str
    code: str
    inputs_sha256: str
    compute: Callable[[], Tables]


@dataclass
class Results:
    """All tables of ``sources.lake.analysis``; how many parts were computed and how many kept."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)
    kept_count: int = 0
    is_changed: bool = False

    @property
    def checksum(self) -> str:
        """Of the inputs of all parts."""
        return _sha256(self.tables["analysis_stamp"].drop("described_release").rows())


def compute_all(inputs: Inputs, before: Path, release: str, with_core: bool) -> Results:
    """Every analysis of the open release; ``before`` is the folder of the last results.

    Without ``with_core`` the long work of the core is left for later: only a core whose inputs are the same is kept.
    """
    stamps = analysis.read(before, "analysis_stamp")
    known = {(row[0], row[1]): row[2] for row in stamps.rows()}
    old = _Before(before)
    found: dict[str, list[pl.DataFrame]] = {table: [] for tables in _TABLES.values() for table in tables}
    results, made = Results(), []
    for part in _parts(inputs):
        is_known = known.get((part.analysis, part.code)) == part.inputs_sha256
        if part.analysis == "core" and not (with_core or is_known):
            continue
        made.append((part.analysis, part.code, part.inputs_sha256, release))
        tables = old.rows_of(part) if is_known else part.compute()
        for table, rows in tables.items():
            found[table].append(rows)
        if is_known:
            results.kept_count += 1
        else:
            results.computed.append(f"{part.analysis} {part.code}")
    for table, pieces in found.items():
        results.tables[table] = pl.concat([pl.DataFrame(schema=ANALYSIS_TABLES[table]), *pieces])
    results.tables["analysis_stamp"] = pl.DataFrame(made, schema=ANALYSIS_TABLES["analysis_stamp"], orient="row")
    results.is_changed = {row[:3] for row in made} != {row[:3] for row in stamps.rows()}
    return results


def _parts(inputs: Inputs) -> Iterator[Part]:
    """Every part, known by digests of what it reads: a group that no pass touched is not read."""
    high = inputs.threshold("IMPACT_HIGH"), inputs.threshold("EFFORT_HIGH")
    scored, answered = score_digests(inputs), answer_digests(inputs)
    for group, digest in sorted(scored.items()):
        yield _robustness(inputs, group, digest, high)
        yield _agreement(inputs, group, (digest, answered.get(group)))
    for read in read_scenarios(inputs):
        yield Part("portfolio", read.code, _checksum(read), lambda read=read: portfolio_rows(read))  # type: ignore[misc]
        yield _core(read, inputs.criterion_scores(read.campaign, read.perimeter))
    yield _duplicates(read_nameable(inputs))


def _robustness(inputs: Inputs, group: Group, digest: Digest, high: tuple[int, int]) -> Part:
    return Part(
        "robustness",
        "|".join(group),
        _checksum(high, SEED, DRAW_COUNT, digest),
        lambda: {"robustness": robustness_rows(*group, inputs.criterion_scores(*group), *high)},
    )


def _agreement(inputs: Inputs, group: Group, digests: tuple[Digest, Digest | None]) -> Part:
    return Part(
        "agreement",
        "|".join(group),
        _checksum(digests),
        lambda: {"agreement": agreement_rows(*group, inputs.criterion_scores(*group), inputs.answers(*group))},
    )


def _core(read: ReadScenario, scores: CriterionScores) -> Part:
    return Part(
        "core",
        read.code,
        _checksum(read, SEED, *_content(scores)),
        lambda: {"portfolio_core": core_rows(read, scores)},
    )


def _duplicates(read: Nameable) -> Part:
    return Part("duplicates", _WHOLE, _checksum(read.content), lambda: {"duplicate_pair": pair_rows(read)})


def _content(scores: CriterionScores) -> tuple[Any, ...]:
    return scores.use_cases, scores.criteria, scores.impact.tolist(), scores.effort.tolist()


class _Before:
    """The rows of the last results, by part."""

    def __init__(self, folder: Path) -> None:
        self._tables = {table: analysis.read(folder, table) for tables in _TABLES.values() for table in tables}
        self._by_code: dict[str, dict[str, pl.DataFrame]] = {}

    def rows_of(self, part: Part) -> Tables:
        """The tables of the part as they were found the last time."""
        if part.code == _WHOLE:
            return {table: self._tables[table] for table in _TABLES[part.analysis]}
        return {table: self._of_code(table, part) for table in _TABLES[part.analysis]}

    def _of_code(self, table: str, part: Part) -> pl.DataFrame:
        if table not in self._by_code:
            pieces = self._tables[table].partition_by(_KEYS[part.analysis], as_dict=True, maintain_order=True)
            self._by_code[table] = {"|".join(map(str, key)): rows for key, rows in pieces.items()}
        return self._by_code[table].get(part.code, pl.DataFrame(schema=ANALYSIS_TABLES[table]))


def _checksum(*inputs: Any) -> str:
    """Of inputs and of the code that treats them: a corrected method is applied to old data too."""
    return _sha256((_code_checksum(), *inputs))


def _sha256(content: Any) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()


@cache
def _code_checksum() -> str:
    here = Path(__file__).parent
    measure = Path(duplicates.__file__).parent
    files = sorted([*here.glob("*.py"), *(here.parent / "decision").glob("*.py"), *measure.glob("*.py")])
    files += sorted(measure.glob("*.csv"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
