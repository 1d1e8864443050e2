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

from pipelines.analysis.duplicates import Nameable, pair_rows, read_nameable
from pipelines.analysis.inputs import Answers, CriterionScores, Inputs
from pipelines.analysis.portfolios import core_rows, portfolio_rows
from pipelines.analysis.scenarios import ReadScenario, read_scenarios
from pipelines.analysis.simulations import DRAW_COUNT, SEED, agreement_rows, robustness_rows
from quality import duplicates
from sources import analysis
from sources.analysis import ANALYSIS_TABLES

_TABLES = {
    "robustness": ("robustness",),
    "agreement": ("agreement",),
    "portfolio": ("portfolio_scenario", "portfolio_selection", "portfolio_frontier"),
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
    """All tables of ``sources.analysis``; how many parts were computed and how many kept."""

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
    old = {table: analysis.read(before, table) for tables in _TABLES.values() for table in tables}
    found: dict[str, list[pl.DataFrame]] = {table: [] for table in old}
    results, made = Results(), []
    for part in _parts(inputs):
        is_known = known.get((part.analysis, part.code)) == part.inputs_sha256
        if part.analysis == "core" and not (with_core or is_known):
            continue
        made.append((part.analysis, part.code, part.inputs_sha256, release))
        tables = _kept(old, part) if is_known else part.compute()
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
    high = {code: inputs.threshold(code) for code in ("IMPACT_HIGH", "EFFORT_HIGH")}
    for campaign, perimeter in inputs.groups():
        scores = inputs.criterion_scores(campaign, perimeter)
        yield _robustness(campaign, perimeter, scores, high["IMPACT_HIGH"], high["EFFORT_HIGH"])
        yield _agreement(campaign, perimeter, scores, inputs.answers(campaign, perimeter))
    for read in read_scenarios(inputs):
        yield Part("portfolio", read.code, _checksum(read), lambda read=read: portfolio_rows(read))  # type: ignore[misc]
        yield _core(read, inputs.criterion_scores(read.campaign, read.perimeter))
    yield _duplicates(read_nameable(inputs))


def _robustness(campaign: str, perimeter: str, scores: CriterionScores, *high: int) -> Part:
    return Part(
        "robustness",
        f"{campaign}|{perimeter}",
        _checksum(high, SEED, DRAW_COUNT, *_content(scores)),
        lambda: {"robustness": robustness_rows(campaign, perimeter, scores, *high)},
    )


def _agreement(campaign: str, perimeter: str, scores: CriterionScores, answers: Answers) -> Part:
    told = (scores.use_cases, scores.criteria, list(answers.use_case), list(answers.criterion), answers.counts.tolist())
    return Part(
        "agreement",
        f"{campaign}|{perimeter}",
        _checksum(told),
        lambda: {"agreement": agreement_rows(campaign, perimeter, scores, answers)},
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


def _kept(old: Tables, part: Part) -> Tables:
    """The rows of the part as they were found the last time."""
    if part.code == _WHOLE:
        return {table: old[table] for table in _TABLES[part.analysis]}
    code = pl.concat_str(_KEYS[part.analysis], separator="|")
    return {table: old[table].filter(code == part.code) for table in _TABLES[part.analysis]}


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
