select
    any_value(campaign_code) as campaign_code,
    portfolio_key,
    criterion_code,
    quantile_disc(score, 0.5) as median_score
from {{ ref('int_score_perimeter_criterion') }}
where {{ in_touched('campaign') }}
group by portfolio_key, criterion_code
