{{ config(materialized='replaced_view') }}

-- A view: labels stand beside scores when somebody reads them; scores and ranks are stored where a pass touches few.
with
    scores as (select * from {{ ref('int_quadrant') }}),
    ranks as (select * from {{ ref('int_portfolio_rank') }}),
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
    scores.quadrant_code,
    scores.quadrant_label,
    scores.quadrant_rank,
    scores.quadrant_label || case when scores.is_certain then '' else ' (incertain)' end as placed_label,
    scores.is_certain,
    scores.is_borderline,
    scores.is_incomplete,
    case when scores.is_certain then 'Certain' else 'Incertain' end as certainty_label,
    case when scores.is_incomplete then 'À compléter' else 'Complet' end as completeness_label,
    scores.priority_score,
    ranks.priority_rank,
    ranks.pareto_rank,
    {{ ranked_title('ranks.priority_rank', 'use_cases.use_case_title') }} as ranked_title,
    scores.establishment_count,
    scores.assessor_count,
    campaigns.is_demonstration
from scores
left join ranks on scores.place_key = ranks.place_key and {{ same_code('scores', 'ranks', 'profile_code') }}
inner join campaigns on {{ same_code('scores', 'campaigns', 'campaign_code') }}
inner join profiles on {{ same_code('scores', 'profiles', 'profile_code') }}
inner join perimeters on {{ same_code('scores', 'perimeters', 'perimeter_code') }}
inner join use_cases on {{ same_code('scores', 'use_cases', 'use_case_code') }}
