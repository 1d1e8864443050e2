{{ config(materialized='replaced_view') }}

with
    assessments as (select assessment_key, assessment_id, row_number from {{ ref('int_assessment') }}),
    answers as (select * from {{ ref('int_keyed_answer') }}),
    kinds as (select * from {{ ref('int_answer_kind') }}),
    criteria as (select distinct criterion_number, criterion_code from {{ ref('int_question_asked') }})

select
    assessments.assessment_id,
    criteria.criterion_code,
    kinds.question_code as subcriterion_code,
    kinds.level_code,
    kinds.answer_text,
    {{ cell_of_kind('kinds', 'assessments.row_number') }} as cell,
    {{ from_millionths('answers.value_millionths') }} as value_score
from answers
inner join assessments using (assessment_key)
inner join kinds using (kind_key)
inner join criteria using (criterion_number)
