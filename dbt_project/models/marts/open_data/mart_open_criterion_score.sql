with
    places as (select * from {{ ref('int_shared_place') }}),
    scores as (select * from {{ ref('int_snapshot_criterion_score') }} where is_open),
    use_cases as (select * from {{ ref('mart_open_use_case') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    asked as (select distinct campaign_code, criterion_code from {{ ref('int_question_asked') }})

select
    places.campaign_code,
    campaigns.campaign_title as campaign_label,
    places.perimeter_code,
    perimeters.perimeter_label,
    places.use_case_code,
    asked.criterion_code,
    scores.score,
    scores.low_score,
    scores.high_score,
    scores.completeness_share,
    scores.from_on as snapshot_on,
    case when scores.campaign_code is null then {{ not_published() }} end as withheld_reason,
    campaigns.is_demonstration
from places
semi join use_cases using (use_case_code)
inner join asked using (campaign_code)
left join scores using (campaign_code, perimeter_code, use_case_code, criterion_code)
inner join campaigns on places.campaign_code = campaigns.campaign_code
inner join perimeters on places.perimeter_code = perimeters.perimeter_code
