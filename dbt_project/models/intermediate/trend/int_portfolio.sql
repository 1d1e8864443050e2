-- What a perimeter assesses in one campaign, and the campaign before: of the same perimeter, demonstrations apart.
with
    portfolios as (
        select portfolio_key, any_value(campaign_code) as campaign_code, any_value(perimeter_code) as perimeter_code
        from {{ ref('int_score_perimeter') }}
        group by portfolio_key
    ),
    campaigns as (select * from {{ ref('dim_campaign') }})

select
    portfolios.portfolio_key,
    portfolios.campaign_code,
    portfolios.perimeter_code,
    campaigns.campaign_rank,
    campaigns.is_demonstration,
    lag(portfolios.campaign_code) over before as previous_campaign_code,
    lag(portfolios.portfolio_key) over before as previous_portfolio_key
from portfolios
inner join campaigns using (campaign_code)
window before as (
    partition by portfolios.perimeter_code, campaigns.is_demonstration order by campaigns.campaign_rank
)
