{{ config(materialized='view') }}

with
    answers as (select * from {{ ref('fct_assessment_answer') }}),
    questions as (select * from {{ ref('dim_question') }}),
    criteria as (select * from {{ ref('dim_criterion') }}),
    assessors as (select * from {{ ref('dim_assessor') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    establishments as (select * from {{ ref('dim_establishment') }})

select
    answers.assessment_id,
    answers.question_code,
    questions.question_label,
    case when questions.question_kind = 'attention_point' then 'Point d''attention'
        else coalesce(criteria.side_label, 'Hors du score') end as answer_kind_label,
    criteria.criterion_label,
    coalesce(questions.question_rank, 99) as question_rank,
    answers.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    answers.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    answers.organisation_code,
    establishments.organisation_title as organisation_label,
    answers.assessor_code,
    coalesce(assessors.role_label, 'Rôle non dit') as role_label,
    answers.answer_text,
    answers.value_score,
    answers.is_scored,
    answers.file_name,
    answers.sheet,
    answers.row_number,
    answers.cell,
    answers.is_demonstration
from answers
inner join campaigns using (campaign_code)
inner join use_cases using (use_case_code)
inner join establishments using (organisation_code)
left join questions using (question_code)
left join criteria using (criterion_code)
left join assessors
    on answers.organisation_code = assessors.organisation_code
    and answers.assessor_code = assessors.assessor_code
