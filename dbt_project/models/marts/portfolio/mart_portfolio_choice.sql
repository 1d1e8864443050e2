{{ config(materialized='replaced_view') }}

-- What filters offer: asking the matrix for its few campaigns, profiles and perimeters would lay out all of it.
with
    portfolios as (select * from {{ ref('int_portfolio') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    weighed as (select distinct campaign_code, profile_code from {{ ref('int_criterion_weight') }})

select
    portfolios.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    weighed.profile_code,
    profiles.profile_label,
    profiles.profile_rank,
    portfolios.perimeter_code,
    perimeters.perimeter_label,
    perimeters.perimeter_rank,
    campaigns.is_demonstration
from portfolios
inner join weighed using (campaign_code)
inner join campaigns using (campaign_code)
inner join profiles using (profile_code)
inner join perimeters using (perimeter_code)
