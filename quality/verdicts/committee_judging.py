"""Judging the workbooks of decisions of a batch: recognised, validated, and given a verdict.

Belongs here: the way from guarded sheets to verdicts and rows. Does not: the rules (``checks``), writing (``batch``).
Decisions are taken from the coordinators' folder only; a workbook whose bytes are those taken last changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from quality.reading.normalise import label_key
from quality.reading.sheets.sheet_rows import FoundSheet
from quality.reading.sheets.structure import FoundWorkbook, find_structure
from quality.reading.tables import LINEAGE
from quality.reading.values.plausible_days import days_received
from quality.reading.values.typed import value
from quality.rules.rules import Problem
from quality.verdicts.validation import ValidatedBatch, validate
from quality.verdicts.verdicts import PARTIAL, TAKEN, UNCHANGED, FileVerdict, decide_without_sender, refused
from sources.archive.archive import Reception
from sources.home.home import COORDINATORS_FOLDER
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.decisions_layout import DECIDING, DECISIONS, decisions_layout
from sources.workbook.template.layout import ENVELOPE

_NAMES = {label_key(name) for name in (DECISIONS, "Décisions")}
_ENVELOPE_NAMES = {label_key(name) for name in (ENVELOPE, "Établissement")}
_COLUMNS = {
    "use_case_code": "cas_usage",
    "perimeter_code": "perimetre",
    "committee_on": "date_comite",
    "outcome_code": "decision",
    "reason": "motif",
    "decider_role_code": "role",
    "next_review_on": "prochaine_revue",
    "is_withdrawal": "retrait",
}


@dataclass(frozen=True)
class JudgedDecisions:
    """``verdicts`` by reception number; ``taken``: the receptions whose rows count; ``validated``: all their rows."""

    verdicts: dict[int, FileVerdict] = field(default_factory=dict)
    taken: list[int] = field(default_factory=list)
    validated: ValidatedBatch | None = None


def is_decisions(sheets: list[RawSheet]) -> bool:
    """Whether the sheets are a workbook of decisions: a sheet of that name, and none that says who submits."""
    names = {label_key(sheet.name) for sheet in sheets}
    return bool(names & _NAMES) and not names & _ENVELOPE_NAMES


def find_decisions(sheets: list[RawSheet], referential: Referential) -> FoundWorkbook:
    """Recognise the sheet of decisions; a row in which nothing is decided is one that the template shows."""
    found = find_structure(sheets, decisions_layout(referential))
    return replace(found, sheets={code: _decided_only(sheet) for code, sheet in found.sheets.items()})


def check_decisions(sheets: list[RawSheet], referential: Referential) -> FileVerdict:
    """What the file alone says."""
    found = find_decisions(sheets, referential)
    return decide_without_sender(0, found, validate({0: found}, decisions_layout(referential), referential, {}))


def judge_decisions(
    lake_folder: Path, referential: Referential, receptions: dict[int, Reception], sheets: dict[int, list[RawSheet]]
) -> JudgedDecisions:
    """Judge workbooks of decisions, by reception number, in the order of their numbers."""
    if not sheets:
        return JudgedDecisions()
    found = {number: find_decisions(each, referential) for number, each in sheets.items()}
    days = days_received(receptions[number] for number in found)
    validated = validate(found, decisions_layout(referential), referential, {}, days)
    unknown = _unknown_use_cases(lake_folder, referential, validated)
    latest = _latest_taken(lake_folder)
    verdicts: dict[int, FileVerdict] = {}
    for number in sorted(found):
        reception = receptions[number]
        if reception.folder != COORDINATORS_FOLDER:
            verdicts[number] = refused(Problem("E0701"))
            continue
        verdict = decide_without_sender(number, found[number], validated)
        if verdict.code in (TAKEN, PARTIAL):
            state = (reception.content_sha256, referential.checksum)
            if state == latest:
                verdict = replace(verdict, code=UNCHANGED)
            latest = state
            verdict = replace(verdict, problems=[*verdict.problems, *unknown.get(number, [])])
        verdicts[number] = verdict
    taken = [number for number, verdict in verdicts.items() if verdict.code in (TAKEN, PARTIAL)]
    return JudgedDecisions(verdicts, taken, validated)


def decision_rows(judged: JudgedDecisions) -> pl.DataFrame:
    """The rows of the lake's table ``decisions`` that the judged workbooks bring."""
    if judged.validated is None:
        return lake.empty("decisions")
    frame = judged.validated.frames[DECISIONS].filter(
        pl.col("is_taken") & pl.col("reception_number").is_in(judged.taken)
    )
    places = judged.validated.positions.filter(pl.col("column_code") == "decision")
    place = ["reception_number", "sheet"]
    located = frame.join(places.select(*place, "letters"), on=place, how="left", maintain_order="left")
    rows = located.select(
        *LINEAGE,
        *(value(code).alias(name) for name, code in _COLUMNS.items()),
        cell=pl.col("letters") + pl.col("row_number").cast(pl.String),
    )
    return rows.with_columns(pl.col("is_withdrawal").fill_null(False)).select(list(lake.LAKE_TABLES["decisions"]))


def _decided_only(sheet: FoundSheet) -> FoundSheet:
    places = [sheet.positions[code] for code in DECIDING if code in sheet.positions]
    in_error = {row for row, _ in sheet.errors}
    kept = [
        (number, row)
        for number, row in sheet.rows
        if number in in_error or any(place < len(row) and row[place].strip() for place in places)
    ]
    return replace(sheet, rows=kept, ignored_row_count=sheet.ignored_row_count + len(sheet.rows) - len(kept))


def _latest_taken(lake_folder: Path) -> tuple[str, str] | None:
    """Bytes and referential of the workbook of decisions that was taken last."""
    aside = lake.read(lake_folder, "set_aside")
    brought = lake.read(lake_folder, "decisions").join(aside, on="reception_number", how="anti")
    numbers = brought.select("reception_number").unique()
    states = lake.read(lake_folder, "receptions").join(numbers, on="reception_number").sort("reception_number")
    if states.is_empty():
        return None
    sha256, referential_sha256 = states.select("content_sha256", "referential_sha256").row(-1)
    return sha256, referential_sha256


def _unknown_use_cases(
    lake_folder: Path, referential: Referential, validated: ValidatedBatch
) -> dict[int, list[Problem]]:
    """W0701 for each row on a use case that neither the catalogue nor an earlier reception describes."""
    described = lake.read(lake_folder, "use_cases").group_by("use_case_code").agg(pl.col("reception_number").min())
    first = dict(described.iter_rows()) | dict.fromkeys(referential.codes("use_cases"), 0)
    problems: dict[int, list[Problem]] = {}
    frame = validated.frames[DECISIONS].filter("is_taken")
    for number, sheet, row, code in frame.select(*LINEAGE, value("cas_usage")).iter_rows():
        if first.get(code, number) >= number:
            problems.setdefault(number, []).append(Problem("W0701", sheet=sheet, row=row))
    return problems
