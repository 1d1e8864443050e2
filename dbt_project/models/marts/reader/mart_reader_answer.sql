{{ config(materialized='replaced_view') }}

with
    answers as (select * from {{ ref('fct_assessment_answer') }}),
    questions as (select * from {{ ref('dim_question') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    hidden as (select * from {{ ref('int_hidden_title') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    establishments as (select * from {{ ref('dim_establishment') }})

select
    answers.organisation_code as reader_organisation_code,
    establishments.organisation_title as reader_organisation_label,
    answers.assessment_id,
    answers.question_code,
    questions.question_label,
    answers.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    answers.use_case_code,
    coalesce(hidden.use_case_title, use_cases.use_case_title) as use_case_title,
    answers.assessor_code,
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
left join hidden
    on answers.organisation_code = hidden.reader_organisation_code
    and answers.use_case_code = hidden.use_case_code
