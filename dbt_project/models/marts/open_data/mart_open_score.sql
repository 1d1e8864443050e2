with
    places as (select * from {{ ref('int_shared_place') }}),
    scores as (select * from {{ ref('int_snapshot_score') }} where is_open),
    use_cases as (select * from {{ ref('mart_open_use_case') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }}),
    weighed as (
        select distinct campaign_code, profile_code from {{ ref('int_criterion_weight') }}
        union
        select distinct campaign_code, profile_code from scores
    )

select
    places.campaign_code,
    campaigns.campaign_title as campaign_label,
    weighed.profile_code,
    profiles.profile_label,
    places.perimeter_code,
    perimeters.perimeter_label,
    places.use_case_code,
    scores.impact_score,
    scores.impact_low_score,
    scores.impact_high_score,
    scores.impact_completeness_share,
    scores.effort_score,
    scores.effort_low_score,
    scores.effort_high_score,
    scores.effort_completeness_share,
    {{ from_millionths('(' ~ to_millionths('scores.impact_score + 100 - scores.effort_score') ~ ' + 1) // 2') }}
        as priority_score,
    scores.quadrant_code,
    quadrants.quadrant_label,
    scores.is_certain,
    scores.is_borderline,
    scores.is_incomplete,
    {{ count_class('scores.assessor_count') }} as assessor_class,
    {{ count_class('scores.establishment_count') }} as establishment_class,
    scores.from_on as snapshot_on,
    case when scores.campaign_code is null then {{ not_published() }} end as withheld_reason,
    campaigns.is_demonstration
from places
semi join use_cases using (use_case_code)
inner join weighed using (campaign_code)
left join scores using (campaign_code, perimeter_code, use_case_code, profile_code)
left join quadrants using (quadrant_code)
inner join campaigns on places.campaign_code = campaigns.campaign_code
inner join profiles on weighed.profile_code = profiles.profile_code
inner join perimeters on places.perimeter_code = perimeters.perimeter_code
