"""Small lakes for the tests of the models: submissions said in a few words, written as the validation writes them.

Belongs here: rows of the lake and of a site's referential. Does not: what the models make of them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from sources.lake import lake
from sources.referential.loader import load_referential

SHEET_USE_CASES, SHEET_PROJECTS, SHEET_ASSESSMENTS = "Cas d'usage", "Projets", "Évaluations"
SHEET_SOLUTIONS, SHEET_OBJECTIVES, SHEET_DECISIONS = "Solutions", "Objectifs", "Décisions"
FIRST_ROW = 5


@dataclass
class SmallLake:
    """Rows by table; receptions are numbered in the order they are made."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in lake.LAKE_TABLES})
    site: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def submission(
        self,
        organisation: str,
        campaign: str,
        dossier: str = "principal",
        is_withdrawal: bool = False,
        received_at: datetime = datetime(2026, 10, 1, 12),
    ) -> Submission:
        """One more reception, understood."""
        number = self._receive(organisation, received_at, "retrait" if is_withdrawal else "prise")
        self.add(
            "submissions",
            reception_number=number,
            submission_key=f"{organisation}|{campaign}|{dossier}",
            organisation_code=organisation,
            campaign_code=campaign,
            dossier_code=dossier,
            submitted_on=received_at.date(),
            is_withdrawal=is_withdrawal,
            template_version="1",
        )
        return Submission(self, number)

    def decisions(self, received_at: datetime = datetime(2026, 10, 1, 12)) -> Submission:
        """One more reception, a workbook of decisions."""
        return Submission(self, self._receive("_coordination", received_at, "prise"))

    def _receive(self, folder: str, received_at: datetime, verdict: str) -> int:
        number = len(self.rows["receptions"]) + 1
        self.add(
            "receptions",
            reception_number=number,
            folder=folder,
            file_name=f"{folder}-{number}.xlsx",
            content_sha256=f"{number:064}",
            byte_count=1,
            received_at=received_at,
            verdict_code=verdict,
        )
        return number

    def add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def add_site_row(self, table: str, **row: str) -> None:
        """A row of the site's own referential; ``origin`` is ``proposed``."""
        self.site.setdefault(table, []).append({"origin": "proposed", **row})

    def write(self, folder: Path, site_folder: Path) -> None:
        """Write the lake, its referential included, into an empty folder."""
        write_site(site_folder, self.site)
        load_referential(site_folder).write_lake(folder)
        lake.ensure_schemas(folder)
        for table, rows in self.rows.items():
            schema = lake.LAKE_TABLES[table]
            if rows:
                full = [{column: row.get(column) for column in schema} for row in rows]
                lake.write(folder, table, "r000000001-000000001", pl.DataFrame(full, schema=schema))


@dataclass
class Submission:
    """One submission of a small lake; each method adds rows to it."""

    lake: SmallLake
    number: int

    def _row(self, table: str, sheet: str) -> dict[str, Any]:
        count = sum(row["reception_number"] == self.number for row in self.lake.rows[table])
        return {"reception_number": self.number, "sheet": sheet, "row_number": FIRST_ROW + count}

    def use_case(self, code: str, label: str | None = None, functions: Sequence[str] = (), **columns: Any) -> None:
        row = self._row("use_cases", SHEET_USE_CASES)
        self.lake.add("use_cases", **row, use_case_code=code, use_case_label=label or code, **columns)
        for function in functions:
            self.lake.add(
                "use_case_attributes", **row, use_case_code=code, dimension="function", attribute_code=function
            )

    def solution(self, code: str, label: str | None = None, **columns: Any) -> None:
        row = self._row("solutions", SHEET_SOLUTIONS)
        self.lake.add("solutions", **row, solution_code=code, solution_label=label or code, **columns)

    def objective(self, use_case: str, indicator: str, **columns: Any) -> None:
        row = self._row("objectives", SHEET_OBJECTIVES)
        self.lake.add("objectives", **row, use_case_code=use_case, indicator=indicator, **columns)

    def decide(self, use_case: str, perimeter: str, committee_on: date, outcome: str | None, **columns: Any) -> None:
        """One row of a workbook of decisions; without outcome, a withdrawal."""
        row = self._row("decisions", SHEET_DECISIONS)
        self.lake.add(
            "decisions",
            **row,
            use_case_code=use_case,
            perimeter_code=perimeter,
            committee_on=committee_on,
            outcome_code=outcome,
            decider_role_code="comite_gcs",
            is_withdrawal=outcome is None,
            cell=f"D{row['row_number']}",
            **columns,
        )

    def project(
        self, use_case: str, statuses: Mapping[str, date | None], solution: str | None = None, **columns: Any
    ) -> None:
        row = self._row("projects", SHEET_PROJECTS) | {"use_case_code": use_case, "solution_code": solution}
        self.lake.add("projects", **row, **columns)
        for status, day in statuses.items():
            self.lake.add("project_statuses", **row, status_code=status, reached_on=day, cell="F5")

    def assess(self, assessor: str, use_case: str, answers: Mapping[str, str | None]) -> None:
        """``answers``: level code by question, None when missing."""
        row = self._row("assessments", SHEET_ASSESSMENTS) | {"assessor_code": assessor, "use_case_code": use_case}
        self.lake.add("assessments", **row, role_code="medecin", assessed_on=date(2026, 9, 15))
        for index, (question, level) in enumerate(answers.items()):
            self.lake.add(
                "answers",
                **row,
                question_code=question,
                level_code=level,
                answer_text=level,
                cell=f"{chr(ord('D') + index % 20)}{row['row_number']}",
            )


def write_site(folder: Path, tables: Mapping[str, list[dict[str, str]]]) -> None:
    """Write a site's referential: one CSV a table, with the columns that its rows have."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=";", restval="")
            writer.writeheader()
            writer.writerows(rows)
