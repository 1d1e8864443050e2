{{ config(materialized='replaced_view') }}

with
    scores as (select * from {{ ref('int_score_perimeter') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }}),

    thresholds as (
        select
            max(threshold_value) filter (where threshold_code = 'IMPACT_HIGH') as impact_high_score,
            max(threshold_value) filter (where threshold_code = 'EFFORT_HIGH') as effort_high_score,
            max(threshold_value) filter (where threshold_code = 'BORDERLINE_WIDTH') as borderline_score,
            max(threshold_value) filter (where threshold_code = 'INCOMPLETE_BELOW') as incomplete_share
        from {{ ref('dim_threshold') }}
    ),

    compared as (
        select
            scores.*,
            case when scores.effort_score is not null then scores.impact_score >= thresholds.impact_high_score end
                as is_impact_high,
            case when scores.impact_score is not null then scores.effort_score >= thresholds.effort_high_score end
                as is_effort_high,
            coalesce(
                (scores.impact_low_score >= thresholds.impact_high_score
                    or scores.impact_high_score < thresholds.impact_high_score)
                and (scores.effort_low_score >= thresholds.effort_high_score
                    or scores.effort_high_score < thresholds.effort_high_score),
                false
            ) as is_certain,
            coalesce(abs(scores.impact_score - thresholds.impact_high_score) <= thresholds.borderline_score, false)
                or coalesce(
                    abs(scores.effort_score - thresholds.effort_high_score) <= thresholds.borderline_score, false
                )
                as is_borderline,
            -- without completeness nobody was asked, or nothing of what was asked weighs
            coalesce(scores.impact_completeness_share < thresholds.incomplete_share, true)
                or coalesce(scores.effort_completeness_share < thresholds.incomplete_share, true) as is_incomplete
        from scores
        cross join thresholds
    )

select
    compared.* exclude (is_impact_high, is_effort_high),
    quadrants.quadrant_code,
    quadrants.quadrant_label,
    quadrants.quadrant_rank
from compared
left join quadrants
    on compared.is_impact_high is not distinct from quadrants.is_impact_high
    and compared.is_effort_high is not distinct from quadrants.is_effort_high
