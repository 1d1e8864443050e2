{{ config(materialized='replaced_view') }}

with
    assessments as (select assessment_key, assessment_id from {{ ref('int_assessment') }}),
    scores as (select * from {{ ref('int_keyed_assessor_criterion') }}),
    criteria as (select distinct criterion_number, criterion_code from {{ ref('int_question_asked') }})

select
    assessments.assessment_id,
    criteria.criterion_code,
    {{ from_millionths('score_millionths') }} as score,
    {{ from_millionths('low_millionths') }} as low_score,
    {{ from_millionths('high_millionths') }} as high_score,
    {{ from_millionths('completeness_millionths') }} as completeness_share
from scores
inner join assessments using (assessment_key)
inner join criteria using (criterion_number)
