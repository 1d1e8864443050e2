"""The results of the analyses that follow a publication: names, columns, types; how they are written and read.

Belongs here: the one list of result tables, which the analyses fill and dbt reads. Does not: the analyses
(``pipelines.products.analysis``), what is shown of them (``dbt_project/models/marts/analysis``).

Each table is one Parquet file, replaced whole. No row of a result says when or for which release it was computed, so
that equal data give equal results; ``analysis_stamp`` says it beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sources.lake.lake import write_parquet

_COLUMNS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    # grain: campaign × perimeter × use case that has both sides; counts over the draws
    "robustness": {
        "campaign_code": pl.String,
        "perimeter_code": pl.String,
        "use_case_code": pl.String,
        "draw_count": pl.Int64,
        "seed": pl.Int32,
        "victoire_rapide_count": pl.Int64,
        "projet_majeur_count": pl.Int64,
        "tache_de_fond_count": pl.Int64,
        "a_ecarter_count": pl.Int64,
        "first_ten_count": pl.Int64,
        "rank_sum": pl.Int64,
        "rank_p05": pl.Int32,
        "rank_p95": pl.Int32,
    },
    # grain: campaign × perimeter × scope_kind (use_case, criterion) × scope_code
    "agreement": {
        "campaign_code": pl.String,
        "perimeter_code": pl.String,
        "scope_kind": pl.String,
        "scope_code": pl.String,
        "alpha": pl.Decimal(9, 6),
        "alpha_absent_reason": pl.String,
        "pairable_count": pl.Int64,
    },
    # grain: scenario; sums in thousandths of a point, costs in cents
    "portfolio_scenario": {
        "scenario_code": pl.String,
        "campaign_code": pl.String,
        "profile_code": pl.String,
        "perimeter_code": pl.String,
        "status_code": pl.String,  # optimal, non_prouve, infaisable, sans_reponse
        "gap_thousandths": pl.Int64,
        "candidate_count": pl.Int32,
        "selected_count": pl.Int32,
        "impact_thousandths": pl.Int64,
        "effort_thousandths": pl.Int64,
        "cost_cents": pl.Int64,
        "greedy_count": pl.Int32,
        "greedy_impact_thousandths": pl.Int64,
        "greedy_effort_thousandths": pl.Int64,
        "is_greedy_feasible": pl.Boolean,
        "conflict_text": pl.String,
    },
    # grain: scenario × use case of its perimeter
    "portfolio_selection": {
        "scenario_code": pl.String,
        "use_case_code": pl.String,
        "is_candidate": pl.Boolean,
        "is_selected": pl.Boolean,
        "is_selected_by_greedy": pl.Boolean,
        "reason_left_out": pl.String,
        "cost_cents": pl.Int64,
    },
    # grain: scenario × step of the effort budget
    "portfolio_frontier": {
        "scenario_code": pl.String,
        "step_number": pl.Int32,
        "effort_budget_thousandths": pl.Int64,
        "status_code": pl.String,
        "gap_thousandths": pl.Int64,
        "selected_count": pl.Int32,
        "impact_thousandths": pl.Int64,
        "effort_thousandths": pl.Int64,
    },
    # grain: scenario × step of the effort budget × use case of its perimeter
    "portfolio_step": {
        "scenario_code": pl.String,
        "step_number": pl.Int32,
        "use_case_code": pl.String,
        "is_selected": pl.Boolean,
        "reason_left_out": pl.String,
    },
    # grain: scenario × candidate; made at night
    "portfolio_core": {
        "scenario_code": pl.String,
        "use_case_code": pl.String,
        "chosen_count": pl.Int64,
        "draw_count": pl.Int64,
    },
    # grain: pair of use cases that may be one, proposed or decided upon; the smaller code first
    "duplicate_pair": {
        "use_case_code": pl.String,
        "use_case_label": pl.String,
        "owner_label": pl.String,
        "other_code": pl.String,
        "other_label": pl.String,
        "other_owner_label": pl.String,
        "likeness": pl.Int32,  # 0–100
        "reasons": pl.String,
        "decision_code": pl.String,  # meme, different, plus_tard; null before a decision
        "decided_by": pl.String,
        "decided_on": pl.Date,
        "decision_reason": pl.String,
        "suggestions": pl.String,  # what establishments ask for, a line each; null where none does
    },
    # grain: analysis (the table's name) × part of it (campaign|perimeter, scenario, or catalogue)
    "analysis_stamp": {
        "analysis_code": pl.String,
        "part_code": pl.String,
        "inputs_sha256": pl.String,
        "described_release": pl.String,  # the release whose data were analysed last, with these same inputs
    },
}

ANALYSIS_TABLES: dict[str, pl.Schema] = {table: pl.Schema(columns) for table, columns in _COLUMNS.items()}


def write(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write each table whole, its columns cast strictly; a reader sees the old file or the new one."""
    for table, rows in tables.items():
        schema = ANALYSIS_TABLES[table]
        write_parquet(rows.select(list(schema)).cast(schema), _path(folder, table))


def read(folder: Path, table: str) -> pl.DataFrame:
    """The rows of a table; none before the first analysis, or when its file has other columns than these."""
    path, schema = _path(folder, table), ANALYSIS_TABLES[table]
    if not path.exists() or pl.read_parquet_schema(path) != schema:
        return pl.DataFrame(schema=schema)
    return pl.read_parquet(path)


def ensure_schemas(folder: Path) -> None:
    """Lay an empty file where one is missing or has other columns, so that the models always find theirs."""
    for table, schema in ANALYSIS_TABLES.items():
        path = _path(folder, table)
        if not path.exists() or pl.read_parquet_schema(path) != schema:
            write_parquet(pl.DataFrame(schema=schema), path)


def _path(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"
