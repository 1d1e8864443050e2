"""A digest of what each campaign × perimeter is analysed from, all of them by one query a table.

Belongs here: telling which groups changed, without reading their rows into Python. Does not: reading one (``inputs``).

A digest is the number of rows, and two sums of a hash of each: the order of rows says nothing. What all groups read
(the question of a criterion, the rank of a level) is in each. DuckDB's hash may change with its version: all is then
computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.products.analysis.inputs import Inputs

Group = tuple[str, str]
"""A campaign and a perimeter."""

Digest = tuple[int, ...]


def score_digests(inputs: Inputs) -> Mapping[Group, Digest]:
    """Of the criterion scores of each group; no other group was assessed."""
    asked = _digest_of(inputs, "dim_criterion", "criterion_code, side_code")
    return {(row[0], row[1]): (*row[2:], *asked) for row in inputs.query(_SCORES)}


def answer_digests(inputs: Inputs) -> Mapping[Group, Digest]:
    """Of the scored answers of each group's members."""
    asked = _digest_of(inputs, "dim_question", "question_code, criterion_code, scale_code")
    levels = _digest_of(inputs, "read_parquet(?)", "scale_code, code, rank", inputs.scale_levels)
    return {(row[0], row[1]): (*row[2:], *asked, *levels) for row in inputs.query(_ANSWERS)}


def _digest_of(inputs: Inputs, table: str, columns: str, *parameters: str) -> Digest:
    (row,) = inputs.query(f"select {_digest(columns)} from {table}", *parameters)
    return row


def _digest(columns: str) -> str:
    return f"count(*), coalesce(sum(hash({columns})), 0), coalesce(sum(hash({columns}, 1)), 0)"


_SCORES = f"""
    select campaign_code, perimeter_code, {_digest("use_case_code, criterion_code, score")}
    from int_score_perimeter_criterion
    group by all
"""

_ANSWERS = f"""
    with replies as (
        select
            campaign_code,
            organisation_code,
            {_digest("use_case_code, question_code, level_code")}
        from fct_assessment_answer
        where is_scored
        group by all
    )

    select
        replies.campaign_code,
        members.perimeter_code,
        sum(columns(replies.* exclude (campaign_code, organisation_code)))
    from replies
    inner join int_perimeter_member as members using (organisation_code)
    group by all
"""
