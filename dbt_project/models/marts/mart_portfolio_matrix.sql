{{ config(
    materialized='incremental',
    touched={'model': 'int_campaign_change', 'key': 'campaign_code', 'where': 'is_changed'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_campaign_change') }}
with
    scores as (select * from {{ ref('int_score_perimeter') }} where {{ in_changed_campaigns() }}),
    quadrants as (select * from {{ ref('int_quadrant') }} where {{ in_changed_campaigns() }}),
    pareto_ranks as (select * from {{ ref('int_pareto_rank') }} where {{ in_changed_campaigns() }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }})

select
    scores.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    scores.profile_code,
    profiles.profile_label,
    profiles.profile_rank,
    scores.perimeter_code,
    perimeters.perimeter_label,
    perimeters.perimeter_kind,
    perimeters.perimeter_rank,
    scores.use_case_code,
    use_cases.use_case_label,
    use_cases.use_case_title,
    use_cases.axis_code,
    use_cases.axis_label,
    use_cases.axis_rank,
    use_cases.domain_label,
    use_cases.function_labels,
    scores.impact_score,
    scores.impact_low_score,
    scores.impact_high_score,
    scores.impact_completeness_share,
    scores.impact_min_score,
    scores.impact_max_score,
    scores.impact_stddev_score,
    scores.impact_count,
    scores.effort_score,
    scores.effort_low_score,
    scores.effort_high_score,
    scores.effort_completeness_share,
    scores.effort_min_score,
    scores.effort_max_score,
    scores.effort_stddev_score,
    scores.effort_count,
    quadrants.quadrant_code,
    quadrants.quadrant_label,
    quadrants.quadrant_rank,
    quadrants.quadrant_label || case when quadrants.is_certain then '' else ' (incertain)' end as placed_label,
    quadrants.is_certain,
    quadrants.is_borderline,
    quadrants.is_incomplete,
    case when quadrants.is_certain then 'Certain' else 'Incertain' end as certainty_label,
    case when quadrants.is_incomplete then 'À compléter' else 'Complet' end as completeness_label,
    scores.priority_score,
    case when scores.priority_score is not null then rank() over (
        partition by scores.campaign_code, scores.profile_code, scores.perimeter_code
        order by scores.priority_score desc nulls last
    ) end as priority_rank,
    pareto_ranks.pareto_rank,
    scores.establishment_count,
    scores.assessor_count,
    campaigns.is_demonstration
from scores
inner join quadrants using (campaign_code, profile_code, perimeter_code, use_case_code)
left join pareto_ranks using (campaign_code, profile_code, perimeter_code, impact_score, effort_score)
inner join campaigns using (campaign_code)
inner join profiles using (profile_code)
inner join perimeters using (perimeter_code)
inner join use_cases using (use_case_code)
