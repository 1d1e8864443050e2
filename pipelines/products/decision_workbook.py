"""The workbook of decisions, filled with the use cases to decide upon and what is computed of them.

Belongs here: reading the publication for it. Does not: its look (``sources.workbook.template.decisions_template``).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.decisions_layout import SHARED_PERIMETERS, decisions_layout
from sources.workbook.template.decisions_template import write_decisions_template

DEFAULT_PROFILE, DEFAULT_PERIMETER = "equilibre", "gcs"

_MATRIX = """
    select use_case_code, use_case_label, quadrant_label, impact_score, effort_score, certainty_label
    from mart_portfolio_matrix
    where campaign_code = $campaign and profile_code = $profile and perimeter_code = $perimeter
    order by quadrant_rank, priority_rank nulls last, use_case_code
"""
_NEWEST_CAMPAIGN = """
    select campaign_code from mart_portfolio_matrix
    where perimeter_code = ? group by campaign_code, campaign_rank order by campaign_rank desc limit 1
"""
_LAST_DECISIONS = """
    select use_case_code, outcome_label, strftime(max(committee_on), '%d/%m/%Y')
    from (
        select *, row_number() over (partition by use_case_code order by committee_on desc) as age
        from fct_decision where is_current and perimeter_code = ?
    ) inner join dim_decision_outcome using (outcome_code)
    where age = 1
    group by use_case_code, outcome_label
"""


class DecisionWorkbookError(Exception):
    """The workbook cannot be filled as asked; the message is French."""


@dataclass(frozen=True)
class WrittenWorkbook:
    """What was written: the campaign whose results are shown (None: nothing published), and the number of rows."""

    path: Path
    campaign_code: str | None
    row_count: int


def write_decision_workbook(
    path: Path, home: Home, referential: Referential, campaign: str | None, profile: str, perimeter: str
) -> WrittenWorkbook:
    """Write the workbook for a campaign (the newest of the publication by default), a profile and a perimeter.

    Without publication the use cases of the catalogue stand in it, without results. Raises ``DecisionWorkbookError``
    for a code that the referential does not hold, ``OSError`` when the file cannot be written.
    """
    _check_codes(referential, campaign, profile, perimeter)
    label = decisions_layout(referential)[0].column("perimetre").choices[perimeter]
    if home.current_release.exists():
        campaign, rows = _published_rows(home, campaign, profile, perimeter, label)
    else:
        campaign, rows = None, []
    if not rows:
        catalogue = referential.labels("use_cases").items()
        rows = [{"cas_usage": code, "nom": name, "perimetre": label} for code, name in catalogue]
    write_decisions_template(path, referential, rows)
    return WrittenWorkbook(path, campaign, len(rows))


def _check_codes(referential: Referential, campaign: str | None, profile: str, perimeter: str) -> None:
    known = {
        "campagne": (campaign, referential.codes("campaigns")),
        "profil": (profile, referential.codes("weight_profiles")),
        "périmètre": (perimeter, list(decisions_layout(referential)[0].column("perimetre").choices)),
    }
    for what, (code, codes) in known.items():
        if code is not None and code not in codes:
            some = ", ".join([*SHARED_PERIMETERS, "ou un établissement"] if what == "périmètre" else codes)
            raise DecisionWorkbookError(f"« {code} » n'est pas un code de {what} ; connus : {some}.")


def _published_rows(
    home: Home, campaign: str | None, profile: str, perimeter: str, label: str
) -> tuple[str | None, list[dict[str, Any]]]:
    with duckdb.connect(str(home.current_release), read_only=True) as connection:
        if campaign is None:
            newest = connection.execute(_NEWEST_CAMPAIGN, [perimeter]).fetchone()
            campaign = newest[0] if newest else None
        asked = {"campaign": campaign, "profile": profile, "perimeter": perimeter}
        matrix = connection.execute(_MATRIX, asked).fetchall()
        decided = {
            code: (outcome, day) for code, outcome, day in connection.execute(_LAST_DECISIONS, [perimeter]).fetchall()
        }
    rows = [
        {"cas_usage": code, "nom": name, "perimetre": label, "calcule": _computed(decided.get(code), *results)}
        for code, name, *results in matrix
    ]
    return campaign, rows


def _computed(
    decided: tuple[str, str] | None, quadrant: str, impact: Decimal | None, effort: Decimal | None, certainty: str
) -> str:
    parts = [quadrant]
    if impact is not None and effort is not None:
        parts += [f"impact {_score(impact)}", f"effort {_score(effort)}", certainty.lower()]
    if decided:
        parts.append(f"dernière décision : {decided[0].lower()} le {decided[1]}")
    return " · ".join(parts)


def _score(score: Decimal) -> str:
    return f"{score:.1f}".replace(".", ",")
