{{ config(meta={'dagster': {'ref': {'name': 'mart_portfolio_matrix'}}}) }}

-- Quadrants, « Non évalué » included, count each use case of a perimeter once: under every profile of the campaign,
-- the matrix has as many rows as its organisations declared, assessed or have projects for. A pass counts the
-- campaigns it touches.
with
    expected as (
        select involvements.campaign_code, members.perimeter_code, count(distinct use_case_code) as use_case_count
        from {{ ref('int_use_case_involvement') }} as involvements
        inner join {{ ref('int_perimeter_member') }} as members using (organisation_code)
        where {{ in_touched('campaign') }}
        group by involvements.campaign_code, members.perimeter_code
    ),

    profiles as (select distinct campaign_code, profile_code from {{ ref('int_criterion_weight') }}),

    found as (
        select campaign_code, profile_code, perimeter_code, count(quadrant_code) as use_case_count
        from {{ ref('mart_portfolio_matrix') }}
        where {{ in_touched('campaign') }}
        group by campaign_code, profile_code, perimeter_code
    )

select expected.*, profiles.profile_code, found.use_case_count as found_count
from expected
inner join profiles using (campaign_code)
left join found using (campaign_code, profile_code, perimeter_code)
where found.use_case_count is distinct from expected.use_case_count
