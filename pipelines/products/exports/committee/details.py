"""What the pages of the use cases show beside the report's figures: criteria, establishments, projects, attention.

Belongs here: queries on one release. Does not: the matrix, thresholds, selection, decisions
(``pipelines.products.report``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pipelines.products.exports.release import OpenRelease, Row
from pipelines.products.report.figures import Scope

ByUseCase = dict[str, list[Row]]


@dataclass(frozen=True)
class Details:
    """Rows by use case code; ``described`` holds the words of each use case."""

    described: dict[str, Row]
    criteria: ByUseCase
    establishments: ByUseCase
    projects: ByUseCase
    attention: ByUseCase
    sources: list[Row]


def read_details(release: OpenRelease, scope: Scope) -> Details:
    """The details of every use case of a scope, a query a kind whatever the number of use cases."""
    place = {"campaign": scope.campaign_code, "perimeter": scope.perimeter_code}
    return Details(
        described={row["use_case_code"]: row for row in release.rows(_DESCRIBED)},
        criteria=_by_use_case(release.rows(_CRITERIA, **place)),
        establishments=_by_use_case(release.rows(_ESTABLISHMENTS, profile=scope.profile_code, **place)),
        projects=_by_use_case(release.rows(_PROJECTS)),
        attention=_by_use_case(release.rows(_ATTENTION, **place)),
        sources=release.rows("select source_label, origin_code, licence, url from dim_source order by source_code"),
    )


def _by_use_case(rows: list[Row]) -> ByUseCase:
    found: ByUseCase = defaultdict(list)
    for row in rows:
        found[row["use_case_code"]].append(row)
    return found


_DESCRIBED = """
select use_case_code, need, segment_label, axis_origin_label, technique_labels, is_confidential
from int_use_case_wording
"""

_CRITERIA = """
select use_case_code, criterion_label, side_label, score, low_score, high_score, completeness_share
from mart_criterion_scores
where campaign_code = $campaign and perimeter_code = $perimeter
order by use_case_code, criterion_rank, criterion_code
"""

_ESTABLISHMENTS = """
select own.use_case_code, own.perimeter_label as organisation_label, own.impact_score, own.effort_score,
    own.assessor_count
from mart_portfolio_matrix as own
inner join int_perimeter_member as members on own.perimeter_code = members.organisation_code
where own.campaign_code = $campaign and members.perimeter_code = $perimeter and own.profile_code = $profile
    and own.perimeter_kind = 'etablissement' and own.assessor_count > 0
order by own.use_case_code, own.perimeter_label
"""

_PROJECTS = """
select use_case_code, organisation_label, status_label, evidence_label, deployed_on
from mart_cartography
where has_project
group by all
order by use_case_code, max(status_rank) desc, organisation_label
"""

_ATTENTION = """
select lineage.use_case_code, lineage.question_label, lineage.answer_text, count(*) as answer_count
from mart_score_lineage as lineage
inner join dim_question as questions using (question_code)
where lineage.campaign_code = $campaign and lineage.perimeter_code = $perimeter
    and questions.question_kind = 'attention_point' and lineage.answer_text is not null
group by all
order by lineage.use_case_code, min(questions.question_rank), lineage.question_label, lineage.answer_text
"""
