{{ config(materialized='incremental') }}

-- A touched portfolio is compared anew with the one before it, and so is the one that comes after it.
with
    places as (select * from {{ ref('int_touched_place') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    portfolios as (select * from {{ ref('int_portfolio') }}),

    touched as (
        select distinct
            places.portfolio_key,
            places.campaign_code,
            places.perimeter_code,
            campaigns.campaign_rank,
            campaigns.is_demonstration
        from places
        inner join campaigns using (campaign_code)
    ),

    followers as (
        select portfolios.portfolio_key, portfolios.campaign_code
        from touched
        inner join portfolios
            on touched.perimeter_code = portfolios.perimeter_code
            and touched.is_demonstration = portfolios.is_demonstration
            and touched.campaign_rank < portfolios.campaign_rank
        qualify row_number() over (partition by touched.portfolio_key order by portfolios.campaign_rank) = 1
    )

select portfolio_key, campaign_code from touched
union
select portfolio_key, campaign_code from followers
