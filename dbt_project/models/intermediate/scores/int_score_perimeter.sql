with
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),
    profiles as (select distinct campaign_code, profile_code from {{ ref('int_criterion_weight') }}),
    impact as (select * from {{ ref('int_score_perimeter_side') }} where side_code = 'impact'),
    effort as (select * from {{ ref('int_score_perimeter_side') }} where side_code = 'effort'),

    portfolio as (
        select distinct involvements.campaign_code, perimeter_members.perimeter_code, involvements.use_case_code
        from involvements
        inner join perimeter_members using (organisation_code)
    )

select
    portfolio.campaign_code,
    profiles.profile_code,
    portfolio.perimeter_code,
    portfolio.use_case_code,
    impact.score as impact_score,
    impact.low_score as impact_low_score,
    impact.high_score as impact_high_score,
    impact.completeness_share as impact_completeness_share,
    impact.min_score as impact_min_score,
    impact.max_score as impact_max_score,
    impact.stddev_score as impact_stddev_score,
    coalesce(impact.score_count, 0) as impact_count,
    effort.score as effort_score,
    effort.low_score as effort_low_score,
    effort.high_score as effort_high_score,
    effort.completeness_share as effort_completeness_share,
    effort.min_score as effort_min_score,
    effort.max_score as effort_max_score,
    effort.stddev_score as effort_stddev_score,
    coalesce(effort.score_count, 0) as effort_count,
    {{ from_millionths('(' ~ to_millionths('impact.score + 100 - effort.score') ~ ' + 1) // 2') }} as priority_score,
    coalesce(impact.establishment_count, 0) as establishment_count,
    coalesce(impact.assessor_count, 0) as assessor_count
from portfolio
inner join profiles using (campaign_code)
left join impact using (campaign_code, profile_code, perimeter_code, use_case_code)
left join effort using (campaign_code, profile_code, perimeter_code, use_case_code)
