{{ config(materialized='replaced_view') }}

with
    groups as (select * from {{ ref('int_assessed_group') }}),
    scores as (select * from {{ ref('int_keyed_establishment_criterion') }}),
    criteria as (select distinct criterion_number, criterion_code from {{ ref('int_question_asked') }})

select
    groups.organisation_code,
    groups.campaign_code,
    groups.use_case_code,
    criteria.criterion_code,
    {{ from_millionths('score_millionths') }} as score,
    {{ from_millionths('low_millionths') }} as low_score,
    {{ from_millionths('high_millionths') }} as high_score,
    {{ from_millionths('completeness_millionths') }} as completeness_share
from scores
inner join groups using (group_key)
inner join criteria using (criterion_number)
