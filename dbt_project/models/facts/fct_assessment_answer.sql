with
    assessments as (select * from {{ ref('int_assessment') }}),
    lake_answers as (select * from {{ ref('stg_lake__answers') }}),
    valued as (select * from {{ ref('int_answer') }}),
    receptions as (select reception_number, file_name from {{ ref('stg_lake__receptions') }}),

    written as (
        select
            assessments.assessment_id,
            lake_answers.question_code,
            lake_answers.level_code,
            lake_answers.answer_text,
            lake_answers.cell
        from lake_answers
        inner join assessments using (reception_number, sheet, row_number)
    ),

    questions as (
        select assessment_id, question_code from written
        union
        select assessment_id, subcriterion_code from valued
    )

select
    questions.assessment_id,
    questions.question_code,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    assessments.assessor_code,
    written.level_code,
    written.answer_text,
    valued.value_score,
    valued.subcriterion_code is not null as is_scored,
    assessments.is_demonstration,
    assessments.reception_number,
    receptions.file_name,
    assessments.sheet,
    assessments.row_number,
    written.cell
from questions
inner join assessments using (assessment_id)
left join written using (assessment_id, question_code)
left join valued
    on questions.assessment_id = valued.assessment_id and questions.question_code = valued.subcriterion_code
left join receptions on assessments.reception_number = receptions.reception_number
