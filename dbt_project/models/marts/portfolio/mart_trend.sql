{{ config(materialized='replaced_view') }}

-- A view: labels stand beside scores when somebody reads them.
with
    compared as (select * exclude (campaign_code) from {{ ref('int_trend') }}),
    portfolios as (select * from {{ ref('int_portfolio') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }})

select
    portfolios.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    portfolios.previous_campaign_code,
    previous_campaigns.campaign_title as previous_campaign_label,
    compared.profile_code,
    profiles.profile_label,
    portfolios.perimeter_code,
    perimeters.perimeter_label,
    compared.scope_code,
    case compared.scope_code when 'tous' then 'Tous les cas d''usage' else 'Périmètre constant' end as scope_label,
    compared.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    use_cases.is_confidential,
    compared.impact_score,
    compared.previous_impact_score,
    cast(compared.impact_score - compared.previous_impact_score as decimal(9, 6)) as impact_change,
    compared.effort_score,
    compared.previous_effort_score,
    cast(compared.effort_score - compared.previous_effort_score as decimal(9, 6)) as effort_change,
    compared.quadrant_code,
    present.quadrant_label,
    before.quadrant_label as previous_quadrant_label,
    case
        when compared.previous_quadrant_code is null then 'Nouveau'
        when compared.quadrant_code is null then 'Disparu'
        when compared.quadrant_code = compared.previous_quadrant_code then 'Même quadrant'
        else 'Autre quadrant'
    end as movement_label,
    compared.establishment_count,
    campaigns.is_demonstration
from compared
inner join portfolios using (portfolio_key)
inner join campaigns using (campaign_code)
inner join campaigns as previous_campaigns on portfolios.previous_campaign_code = previous_campaigns.campaign_code
inner join profiles using (profile_code)
inner join perimeters using (perimeter_code)
inner join use_cases using (use_case_code)
left join quadrants as present on compared.quadrant_code = present.quadrant_code
left join quadrants as before on compared.previous_quadrant_code = before.quadrant_code
