"""The report's figures, read from one release of the warehouse.

Belongs here: queries on marts and dimensions. Does not: what becomes of their answers (``figures`` gives them a shape).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.products.report.figures import Figures, NothingToReport, Row, Scope

MOST_PAIRS = 50
"""Possible duplicates in the report: a large home has hundreds of thousands, and a workbook of its own for them."""

MOST_ROWS = 20
"""Of any other list that nobody reads to its end."""

_NAMES = (("use_case_code", "use_case_title"), ("use_case_code", "use_case_label"), ("other_code", "other_label"))
"""Columns that hold a code, each with one that names what it stands for."""

_SCOPE = "campaign_code = $campaign and profile_code = $profile and perimeter_code = $perimeter"
_PLACE = "campaign_code = $campaign and perimeter_code = $perimeter"
_STALLED = (
    "is_stalled and organisation_code in"
    " (select organisation_code from int_perimeter_member where perimeter_code = $perimeter)"
)


def read_figures(
    release: Path, campaign: str | None = None, profile: str = "equilibre", perimeter: str = "gcs"
) -> Figures:
    """The figures of the warehouse file ``release``, for the newest campaign that it assesses unless one is asked for.

    Raises:
        NothingToReport: no assessment for this campaign, profile and perimeter.
        duckdb.Error: the file is missing or is not a warehouse.
    """
    with duckdb.connect(str(release), read_only=True) as connection:
        scopes = _scopes(connection, profile, perimeter)
        chosen = [scope for scope in scopes if campaign is None or scope.campaign_code == campaign]
        if not chosen:
            raise NothingToReport(_what_there_is(connection, campaign, profile, perimeter))
        scope = chosen[0]
        older = [other for other in scopes[scopes.index(scope) + 1 :] if _is_comparable(other, scope)]
        figures = _read(connection, scope, older[0] if older else None)
        kept = _rows(connection, "select use_case_code from dim_use_case where is_confidential")
        _mark(figures, {row["use_case_code"] for row in kept})
        return figures


def _mark(figures: Figures, confidential: set[str]) -> None:
    """A report is read by a committee, and passed on: what is confidential says so wherever it is named."""
    for shown in vars(figures).values():
        for row in shown.values() if isinstance(shown, dict) else shown if isinstance(shown, list) else ():
            if not isinstance(row, dict):
                continue
            for code, name in _NAMES:
                if row.get(code) in confidential and row.get(name):
                    row[name] = f"{row[name]} (confidentiel)"


@dataclass(frozen=True)
class _Release:
    """An open release and what is asked of it; of a table that a release of before does not hold there is no row."""

    connection: duckdb.DuckDBPyConnection
    scope: Scope
    tables: frozenset[str]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, scope: Scope) -> _Release:
        names = connection.execute("select table_name from information_schema.tables").fetchall()
        return cls(connection, scope, frozenset(name for (name,) in names))

    @property
    def place(self) -> dict[str, str]:
        return {"campaign": self.scope.campaign_code, "perimeter": self.scope.perimeter_code}

    @property
    def perimeter(self) -> dict[str, str]:
        return {"perimeter": self.scope.perimeter_code}

    def rows(self, table: str, query: str, parameters: dict[str, str] | None = None) -> list[Row]:
        return _rows(self.connection, query, parameters) if table in self.tables else []

    def count(self, table: str, condition: str, parameters: dict[str, str] | None = None) -> int:
        told = self.rows(table, f"select count(*) as row_count from {table} where {condition}", parameters)
        return int(told[0]["row_count"]) if told else 0


def _read(connection: duckdb.DuckDBPyConnection, scope: Scope, previous: Scope | None) -> Figures:
    release = _Release.of(connection, scope)
    return Figures(
        scope=scope,
        previous=previous,
        previous_use_cases={row["use_case_code"]: row for row in _matrix(connection, previous)} if previous else {},
        **_assessed(release),
        **_proposed(release),
        **_decided(release),
        **_followed(release),
    )


def _assessed(release: _Release) -> dict[str, Any]:
    """Who assessed what, how use cases are placed by it, and what the pages say of it in sentences."""
    connection, scope = release.connection, release.scope
    counts = _rows(
        connection,
        "select count(distinct organisation_code || '|' || assessor_code) as assessors,"
        " count(distinct organisation_code) as establishments from fct_assessment"
        " inner join int_perimeter_member using (organisation_code)"
        f" where {_PLACE}",
        release.place,
    )[0]
    thresholds = _rows(connection, "from dim_threshold")
    return {
        "assessor_count": counts["assessors"],
        "establishment_count": counts["establishments"],
        "use_cases": _matrix(connection, scope),
        "quadrants": _rows(connection, "from dim_quadrant order by quadrant_rank"),
        "thresholds": {row["threshold_code"]: float(row["threshold_value"]) for row in thresholds},
        "criteria": _rows(connection, "from dim_criterion where valid_to is null order by side_rank, criterion_rank"),
        "key_figures": _rows(
            connection, "from mart_key_figures where source_code = 'GCS' and unit <> 'part' order by figure_rank"
        ),
        "notice": _rows(connection, "select notice_text from mart_notice")[0]["notice_text"],
        "sentences": release.rows(
            "mart_sentence",
            f"from mart_sentence where {_SCOPE} and topic_code <> 'deadline' order by sentence_rank",
            scope.parameters,
        ),
        "participation": release.rows(
            "mart_participation",
            "from mart_participation where campaign_code = $campaign order by organisation_label",
            {"campaign": scope.campaign_code},
        ),
    }


def _proposed(release: _Release) -> dict[str, Any]:
    """What the analyses propose: how firm each place is, the portfolios, what they would cost."""
    robustness = release.rows("mart_robustness", f"from mart_robustness where {_PLACE}", release.place)
    costs = release.rows(
        "mart_use_case_sheet",
        "select use_case_code, measure_count, cost_median_eur, yearly_gain_median_eur from mart_use_case_sheet"
        f" where {_PLACE} and (cost_median_eur is not null or yearly_gain_median_eur is not null)",
        release.place,
    )
    return {
        "robustness": {row["use_case_code"]: row for row in robustness},
        "costs": {row["use_case_code"]: row for row in costs},
        "scenarios": release.rows(
            "mart_portfolio_scenario", "from mart_portfolio_scenario order by scenario_rank, scenario_code"
        ),
        "selection": release.rows(
            "mart_portfolio_selection",
            "from mart_portfolio_selection order by scenario_code, impact_score desc nulls last, use_case_title",
        ),
        "frontier": release.rows(
            "mart_portfolio_frontier", "from mart_portfolio_frontier order by scenario_rank, scenario_code, step_number"
        ),
    }


def _decided(release: _Release) -> dict[str, Any]:
    """What committees decided, and where they left the selection."""
    return {
        "decisions": release.rows(
            "mart_decision",
            "from mart_decision where perimeter_code = $perimeter and is_latest"
            " order by committee_on desc, use_case_title",
            release.perimeter,
        ),
        "departures": release.rows(
            "mart_decision_selection",
            "from mart_decision_selection where perimeter_code = $perimeter and is_against_selection"
            " order by use_case_title, scenario_rank",
            release.perimeter,
        ),
        "outcomes": release.rows(
            "dim_decision_outcome", "from dim_decision_outcome order by outcome_rank, outcome_code"
        ),
    }


def _followed(release: _Release) -> dict[str, Any]:
    """What waits for somebody: use cases that may be one, projects that stand still."""
    return {
        "duplicates": release.rows(
            "mart_duplicate_pair",
            "from mart_duplicate_pair where is_waiting order by likeness_score desc, use_case_code, other_code"
            f" limit {MOST_PAIRS}",
        ),
        "duplicate_count": release.count("mart_duplicate_pair", "is_waiting"),
        "stalled": release.rows(
            "mart_life_cycle",
            f"from mart_life_cycle where {_STALLED} order by day_count desc, project_id limit {MOST_ROWS}",
            release.perimeter,
        ),
        "stalled_count": release.count("mart_life_cycle", _STALLED, release.perimeter),
    }


def _matrix(connection: duckdb.DuckDBPyConnection, scope: Scope) -> list[Row]:
    return _rows(
        connection,
        f"from mart_portfolio_matrix where {_SCOPE} order by priority_rank nulls last, use_case_title",
        scope.parameters,
    )


def _scopes(connection: duckdb.DuckDBPyConnection, profile: str, perimeter: str) -> list[Scope]:
    """What the matrix holds for this profile and perimeter, newest campaign first."""
    return [
        Scope(**row)
        for row in _rows(
            connection,
            "select campaign_code, campaign_label, profile_code, profile_label, perimeter_code, perimeter_label,"
            " bool_or(is_demonstration) as is_demonstration from mart_portfolio_matrix"
            " where profile_code = $profile and perimeter_code = $perimeter"
            " group by all order by max(campaign_rank) desc",
            {"profile": profile, "perimeter": perimeter},
        )
    ]


def _is_comparable(other: Scope, scope: Scope) -> bool:
    """A demonstration is compared with a demonstration only."""
    return other.is_demonstration == scope.is_demonstration


def _what_there_is(connection: duckdb.DuckDBPyConnection, campaign: str | None, profile: str, perimeter: str) -> str:
    asked = ", ".join(filter(None, (campaign, profile, perimeter)))
    held = [
        f"{name} : {', '.join(row['code'] for row in _rows(connection, query)) or 'aucun'}"
        for name, query in (
            ("campagnes", "select distinct campaign_code as code from mart_portfolio_matrix order by 1"),
            ("profils", "select distinct profile_code as code from mart_portfolio_matrix order by 1"),
            ("périmètres", "select distinct perimeter_code as code from mart_portfolio_matrix order by 1"),
        )
    ]
    return f"Aucune évaluation publiée pour {asked}. La publication contient, {' ; '.join(held)}."


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, str] | None = None) -> list[Row]:
    found = connection.execute(query, parameters or {})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
