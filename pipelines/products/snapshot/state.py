"""A campaign as a release has it: the scores of each establishment, and the answers behind them by criterion.

Belongs here: reading. Does not: rounding (``figures``), deciding (``deciding``). What is confidential is left out here,
as ``int_confidential`` says it, so that nothing of it enters an act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

SIDES = ("impact", "effort")
PERIMETERS = ("gcs", "tous")
"""The smaller first: readers see it, and it is decided upon first."""


@dataclass(frozen=True)
class State:
    """Frames of one campaign; scores are whole millionths. ``members`` are those that others may see."""

    campaign_code: str
    members: pl.DataFrame  # perimeter_code, use_case_code, organisation_code, answers_digest
    sides: pl.DataFrame  # use_case_code, organisation_code, profile_code, {side}_{value}_millionths
    criteria: pl.DataFrame  # use_case_code, organisation_code, criterion_code, {value}_millionths, assessor_count
    assessors: pl.DataFrame  # use_case_code, organisation_code, side_code, assessor_count
    answers: pl.DataFrame  # as sources.versions.snapshots.TABLES has it
    weights: pl.DataFrame  # profile_code, side_code, criterion_code, weight
    receptions: pl.DataFrame  # use_case_code, organisation_code, behind_number
    thresholds: Mapping[str, float]


def read_state(connection: duckdb.DuckDBPyConnection, campaign: str) -> State:
    """The state of a campaign in a warehouse."""

    connection.execute("set variable campaign = $campaign", {"campaign": campaign})
    connection.execute(_GROUPS)
    thresholds = _frame(
        connection, "select threshold_code, cast(threshold_value as double) as value from dim_threshold"
    )
    return State(
        campaign,
        members=_frame(connection, _MEMBERS),
        sides=_frame(connection, _SIDE_SCORES),
        criteria=_frame(connection, _CRITERION_SCORES),
        assessors=_frame(connection, _ASSESSORS),
        answers=_frame(connection, _ANSWERS),
        weights=_frame(connection, _WEIGHTS),
        receptions=_frame(connection, _RECEPTIONS),
        thresholds=dict(thresholds.iter_rows()),
    )


_TYPES: dict[str, type[pl.DataType]] = {"VARCHAR": pl.String, "DOUBLE": pl.Float64}


def _frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The rows of a query; whole numbers whatever their width."""
    found = connection.execute(query)
    schema = {name: _TYPES.get(str(kind), pl.Int64) for name, kind, *_ in found.description or ()}
    return pl.DataFrame(found.fetchall(), schema=schema, orient="row")


def last_reception(connection: duckdb.DuckDBPyConnection) -> int:
    """The last reception that the warehouse counts; 0 before the first."""
    [number] = connection.execute("select coalesce(max(reception_number), 0) from fct_submission").fetchone() or (0,)
    return int(number)


def campaigns_assessed(connection: duckdb.DuckDBPyConnection, is_demonstration: bool | None = None) -> list[str]:
    """The campaigns that have assessments, the oldest first; those of the demonstration, or the others, where asked."""
    found = connection.execute(
        "select campaign_code from dim_campaign semi join int_assessed_group using (campaign_code) "
        "where $wanted is null or is_demonstration = $wanted order by campaign_rank",
        {"wanted": is_demonstration},
    )
    return [code for (code,) in found.fetchall()]


# The answers of an assessor, criterion by criterion; what leaves every criterion's mean as it was is no change. Nothing
# here but what was answered: a criterion or a question added to the referential numbers and asks anew, and is nobody's
# answer. ``voices`` puts those together who answered alike.
_GROUPS = """
create or replace temp table criteria as
    select distinct criterion_number, criterion_code, side_code from int_question_asked;
create or replace temp table said as
    select
        groups.group_key, groups.use_case_code, groups.organisation_code, assessments.assessment_key,
        string_agg(
            concat_ws(':', criteria.criterion_code, scores.score_millionths, scores.answered_count),
            ',' order by criteria.criterion_code
        ) filter (where scores.answered_count > 0) as answers,
        any_value(assessments.written_code) as written_code
    from int_assessed_group as groups
    inner join int_assessment as assessments using (group_key)
    inner join int_keyed_assessor_criterion as scores using (assessment_key)
    inner join criteria using (criterion_number)
    where groups.campaign_code = getvariable('campaign')
    group by all;
create or replace temp table digests as
    select group_key, use_case_code, organisation_code,
        md5(string_agg(concat_ws('=', written_code, answers), ';' order by written_code, answers)) as answers_digest
    from said
    group by all;
create or replace temp table voices as
    select *, cast(dense_rank() over (partition by group_key order by written_code, answers) as integer) as voice_number
    from said;
"""

_MEMBERS = """
select members.perimeter_code, digests.use_case_code, digests.organisation_code, digests.answers_digest
from digests
inner join int_perimeter_member as members using (organisation_code)
where members.perimeter_code in ('gcs', 'tous')
    and (digests.use_case_code, digests.organisation_code)
        not in (select (use_case_code, organisation_code) from int_confidential)
    and digests.use_case_code not in (select use_case_code from int_confidential where is_hidden_whole)
order by all
"""

_SIDE_SCORES = """
select digests.use_case_code, digests.organisation_code, profiles.profile_code,
    scores.* exclude (group_key, profile_number)
from int_keyed_establishment_side as scores
inner join digests using (group_key)
inner join (
    select distinct profile_code, profile_number from int_criterion_weight where campaign_code = getvariable('campaign')
) as profiles using (profile_number)
order by all
"""

_CRITERION_SCORES = """
select digests.use_case_code, digests.organisation_code, criteria.criterion_code,
    scores.* exclude (group_key, criterion_number)
from int_keyed_establishment_criterion as scores
inner join digests using (group_key)
inner join criteria using (criterion_number)
order by all
"""

_ASSESSORS = """
select voices.use_case_code, voices.organisation_code, criteria.side_code,
    count(distinct voices.assessment_key) as assessor_count
from voices
inner join int_keyed_assessor_criterion as scores using (assessment_key)
inner join criteria using (criterion_number)
where scores.score_millionths is not null
group by all
order by all
"""

_ANSWERS = """
select
    voices.use_case_code, voices.organisation_code, digests.answers_digest, voices.voice_number, voices.written_code,
    cast(count(*) as integer) as assessor_count, criteria.side_code, criteria.criterion_code,
    avg(scores.score_millionths) / 1e6 as score,
    any_value(scores.answered_count / scores.asked_count) as answered_share
from voices
inner join digests using (group_key)
inner join int_keyed_assessor_criterion as scores using (assessment_key)
inner join criteria using (criterion_number)
group by all
order by all
"""

_WEIGHTS = """
select profile_code, side_code, criterion_code, cast(weight_thousandths as bigint) as weight
from int_criterion_weight
where campaign_code = getvariable('campaign') and criterion_code is not null
order by all
"""

_RECEPTIONS = """
select distinct voices.use_case_code, voices.organisation_code,
    cast(assessments.reception_number as bigint) as behind_number
from voices
inner join int_assessment as assessments using (assessment_key)
order by all
"""
