{{ config(
    materialized='incremental',
    touched={'model': 'int_campaign_change', 'key': 'campaign_code', 'where': 'is_changed'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_campaign_change') }}
with
    scores as (select * from {{ ref('int_score_perimeter_criterion') }} where {{ in_changed_campaigns() }}),
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
    quantile_disc(scores.score, 0.5) over (
        partition by scores.campaign_code, scores.perimeter_code, scores.criterion_code
    ) as median_score,
    campaigns.is_demonstration
from scores
inner join criteria using (criterion_code)
inner join campaigns using (campaign_code)
inner join perimeters using (perimeter_code)
inner join use_cases using (use_case_code)
