{{ config(materialized='replaced_view') }}

-- The long table that readers query, over rows of integers: it reads tables of the warehouse only, never the lake.
with
    assessments as (select * from {{ ref('fct_assessment') }}),
    answers as (select * from {{ ref('int_keyed_answer') }}),
    kinds as (select * from {{ ref('int_answer_kind') }}),
    submissions as (select reception_number, file_name from {{ ref('fct_submission') }})

select
    assessments.assessment_id,
    kinds.question_code,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    assessments.assessor_code,
    kinds.level_code,
    kinds.answer_text,
    {{ from_millionths('answers.value_millionths') }} as value_score,
    answers.criterion_number is not null as is_scored,
    assessments.is_demonstration,
    assessments.reception_number,
    submissions.file_name,
    assessments.sheet,
    assessments.row_number,
    {{ cell_of_kind('kinds', 'assessments.row_number') }} as cell
from answers
inner join assessments using (assessment_key)
inner join kinds using (kind_key)
left join submissions using (reception_number)
