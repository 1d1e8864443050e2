{{ config(materialized='ephemeral') }}

with
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),
    profiles as (select distinct campaign_code, profile_code from {{ ref('int_criterion_weight') }}),

    portfolio as (
        select distinct involvements.campaign_code, perimeter_members.perimeter_code, involvements.use_case_code
        from involvements
        inner join perimeter_members using (organisation_code)
    )

select
    portfolio.campaign_code,
    profiles.profile_code,
    portfolio.perimeter_code,
    portfolio.use_case_code
from portfolio
inner join profiles using (campaign_code)
