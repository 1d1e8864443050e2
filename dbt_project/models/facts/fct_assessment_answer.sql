with
    assessments as (select * from {{ ref('int_assessment') }}),
    questions as (select * from {{ ref('int_question_asked') }}),
    valued as (select * from {{ ref('int_answer') }}),
    lake_answers as (select * from {{ ref('stg_lake__answers') }}),
    receptions as (select reception_number, file_name from {{ ref('stg_lake__receptions') }}),

    -- points of attention, and questions that the campaign does not ask
    beside as (
        select
            assessments.assessment_id,
            lake_answers.question_code,
            lake_answers.level_code,
            lake_answers.answer_text,
            lake_answers.cell
        from lake_answers
        inner join assessments using (reception_number, sheet, row_number)
        anti join questions
            on assessments.campaign_code = questions.campaign_code
            and lake_answers.question_code = questions.subcriterion_code
    ),

    answers as (
        select
            assessment_id,
            subcriterion_code as question_code,
            true as is_scored,
            value_score,
            level_code,
            answer_text,
            cell
        from valued
        union all by name
        select *, false as is_scored from beside
    )

select
    answers.assessment_id,
    answers.question_code,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    assessments.assessor_code,
    answers.level_code,
    answers.answer_text,
    answers.value_score,
    answers.is_scored,
    assessments.is_demonstration,
    assessments.reception_number,
    receptions.file_name,
    assessments.sheet,
    assessments.row_number,
    answers.cell
from answers
inner join assessments using (assessment_id)
left join receptions using (reception_number)
