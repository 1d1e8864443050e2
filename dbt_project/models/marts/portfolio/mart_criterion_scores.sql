{{ config(materialized='replaced_view') }}

with
    scores as (select * from {{ ref('int_score_perimeter_criterion') }}),
    medians as (select * exclude (campaign_code) from {{ ref('int_criterion_median') }}),
    criteria as (select * from {{ ref('dim_criterion') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    use_cases as (select * from {{ ref('dim_use_case') }})

select
    scores.campaign_code,
    campaigns.campaign_title as campaign_label,
    scores.perimeter_code,
    perimeters.perimeter_label,
    scores.use_case_code,
    use_cases.use_case_title,
    scores.criterion_code,
    criteria.criterion_label,
    criteria.side_code,
    criteria.side_label,
    criteria.criterion_rank,
    scores.score,
    scores.low_score,
    scores.high_score,
    scores.completeness_share,
    medians.median_score,
    campaigns.is_demonstration
from scores
inner join medians using (portfolio_key, criterion_code)
inner join criteria using (criterion_code)
inner join campaigns using (campaign_code)
inner join perimeters using (perimeter_code)
inner join use_cases using (use_case_code)
