"""What a change of the referential would break: codes taken away while facts use them.

Belongs here: comparing the referential to be used with the one that the lake was filled by, and finding who uses what
went. Does not: mistakes inside the referential (``sources.referential``). Nothing is written; nothing of a cell is told
but the codes themselves, which are the referential's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from quality.rules.grouping import said_rows
from sources.archive import archive
from sources.archive.archive_references import REFERENTIAL, current_references
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.referential.reading import SHIPPED, read_table
from sources.referential.schema import TABLES

_MOST_PLACES = 3
"""Files named for each use; their number is told beyond."""


@dataclass(frozen=True)
class Use:
    """``column`` of a lake table holds codes of ``tables`` of the referential; ``fact`` is what is made of it."""

    table: str
    column: str
    tables: tuple[str, ...]
    fact: str
    dimension: str | None = None


USES = (
    Use("submissions", "campaign_code", ("campaigns",), "fct_submission"),
    Use("submissions", "organisation_code", ("organisations",), "fct_submission"),
    Use("use_cases", "use_case_code", ("use_cases",), "dim_use_case"),
    Use("use_cases", "axis_code", ("axes",), "dim_use_case"),
    Use("use_cases", "segment_code", ("segments",), "dim_use_case"),
    Use("use_cases", "domain_code", ("domains",), "dim_use_case"),
    Use("use_case_attributes", "attribute_code", ("functions",), "bridge_use_case_function", "function"),
    Use("use_case_attributes", "attribute_code", ("techniques",), "bridge_use_case_technique", "technique"),
    Use("use_case_attributes", "attribute_code", ("learning_types",), "bridge_use_case_learning_type", "learning_type"),
    Use("objectives", "use_case_code", ("use_cases",), "fct_objective"),
    Use("solutions", "way_code", ("ways",), "dim_solution"),
    Use("solutions", "kind_code", ("kinds",), "dim_solution"),
    Use("projects", "use_case_code", ("use_cases",), "dim_project"),
    Use("projects", "evidence_code", ("evidence_levels",), "dim_project"),
    Use("project_statuses", "status_code", ("project_statuses",), "fct_project_status"),
    Use("assessments", "use_case_code", ("use_cases",), "fct_assessment"),
    Use("assessments", "role_code", ("assessor_roles",), "fct_assessment"),
    Use("answers", "question_code", ("subcriteria", "attention_points"), "fct_assessment_answer"),
    Use("answers", "level_code", ("scale_levels",), "fct_assessment_answer"),
    Use("decisions", "use_case_code", ("use_cases",), "fct_decision"),
    Use("decisions", "perimeter_code", ("organisations",), "fct_decision"),
    Use("decisions", "outcome_code", ("decision_outcomes",), "fct_decision"),
    Use("decisions", "decider_role_code", ("decider_roles",), "fct_decision"),
)
"""Where the facts hold codes, those of the catalogue among establishments' own."""


class ReferentialInUseError(Exception):
    """Codes that facts use are gone; ``problems`` are French sentences, one for each code and fact."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"- {problem}" for problem in problems)
        super().__init__(
            f"Référentiel refusé, rien n'a été construit : des codes retirés servent encore.\n{lines}\n"
            "Remettez ces lignes ; pour ne plus vous en servir, fermez-les par une date dans « valid_to »."
        )


def refuse_codes_taken_away(home: Home, referential: Referential) -> None:
    """Raise ``ReferentialInUseError`` when ``referential`` lacks a code that the lake's facts use."""
    gone = _codes_gone(home.lake, referential)
    problems = [problem for use in USES for problem in _problems(home, use, gone)] if gone else []
    if problems:
        raise ReferentialInUseError(problems)


def _codes_gone(lake_folder: Path, referential: Referential) -> dict[str, list[str]]:
    """Table → codes that it held when the lake was last filled, and no longer holds."""
    gone: dict[str, list[str]] = {}
    for table in referential.tables:
        path = lake_folder / f"ref_{table}" / "referential.parquet"
        if path.exists():
            before = pl.read_parquet(path, columns=["code"])["code"].to_list()
            if codes := sorted(set(before) - set(referential.codes(table))):
                gone[table] = codes
    return gone


def _problems(home: Home, use: Use, gone: dict[str, list[str]]) -> Iterable[str]:
    codes = {code: table for table in use.tables for code in gone.get(table, ())}
    if not codes:
        return
    used = _rows_using(home, use, list(codes))
    for code in sorted(used["code"].unique()):
        rows = used.filter(pl.col("code") == code)
        where = _where_it_stood(home, codes[code], code)
        count, verb = (f"{rows.height} lignes", "servent") if rows.height > 1 else ("1 ligne", "sert")
        yield f"{where} : le code « {code} » n'y est plus ; {count} de {use.fact} s'en {verb} : {_places(home, rows)}."


def _rows_using(home: Home, use: Use, codes: list[str]) -> pl.DataFrame:
    """code, reception_number, sheet, row_number of each row that counts or ever counted."""
    files = lake.parts(home.lake, use.table)
    rows = pl.scan_parquet(files).filter(pl.col(use.column).is_in(codes))
    if use.dimension is not None:
        rows = rows.filter(pl.col("dimension") == use.dimension)
    if use.column == "question_code":
        rows = rows.filter(pl.col("level_code").is_not_null())
    rows = rows.filter(~pl.col("reception_number").is_in(list(archive.quarantined_numbers(home))))
    has_row = "row_number" in lake.LAKE_TABLES[use.table]
    place = ["sheet", "row_number"] if has_row else []
    named = rows.select(pl.col(use.column).alias("code"), "reception_number", *place)
    return named.unique(maintain_order=True).sort(pl.all()).collect()


def _places(home: Home, rows: pl.DataFrame) -> str:
    """« envoi.xlsx » (réception 12), feuille « Projets », lignes 5, 9 ; …"""
    names = dict(lake.read(home.lake, "receptions").select("reception_number", "file_name").iter_rows())
    numbers = rows["reception_number"].unique().sort().to_list()
    said = []
    for number in numbers[:_MOST_PLACES]:
        of_file = rows.filter(pl.col("reception_number") == number)
        place = f"« {names.get(number, '?')} » (réception {number})"
        if "sheet" in of_file.columns:
            for sheet in of_file["sheet"].unique(maintain_order=True):
                lines = of_file.filter(pl.col("sheet") == sheet)["row_number"].to_list()
                place += f", feuille « {sheet} », {said_rows(lines)}"
        said.append(place)
    more = len(numbers) - len(said)
    return " ; ".join([*said, *([f"et {more} autre(s) fichier(s)"] if more else [])])


def _where_it_stood(home: Home, table: str, code: str) -> str:
    """The file that held the code, and its line in the version that was last in use where the archive has it."""
    received = current_references(home).get((REFERENTIAL, f"{table}.csv"))
    if received is not None:
        path = archive.content_path(home, received.content_sha256)
        if path.exists() and (line := _line_of(path, table, code)):
            return f"referential/{table}.csv, ligne {line} de la version reçue sous le n° {received.number}"
    site = home.referential / f"{table}.csv"
    return f"referential/{table}.csv" if site.exists() else f"{SHIPPED.name}/{table}.csv (livré avec le projet)"


def _line_of(path: Path, table: str, code: str) -> int | None:
    rows = read_table(path, TABLES[table], True, [])
    return next((row.line for row in rows if row.values.get("code") == code), None)
