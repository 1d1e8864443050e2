{{ config(materialized='replaced_view') }}

-- A view on purpose: it repeats each answer for every perimeter of its organisation, and costs nothing until read.
with
    answers as (select * from {{ ref('fct_assessment_answer') }}),
    assessments as (select * from {{ ref('fct_assessment') }}),
    submissions as (select * from {{ ref('fct_submission') }}),
    questions as (select * from {{ ref('dim_question') }}),
    criteria as (select * from {{ ref('dim_criterion') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }})

select
    answers.campaign_code,
    campaigns.campaign_title as campaign_label,
    perimeter_members.perimeter_code,
    perimeters.perimeter_label,
    answers.use_case_code,
    use_cases.use_case_title,
    use_cases.is_confidential,
    answers.organisation_code,
    establishments.organisation_title as organisation_label,
    answers.assessment_id,
    answers.assessor_code,
    assessments.role_label,
    assessments.assessed_on,
    criteria.side_code,
    criteria.criterion_code,
    criteria.criterion_label,
    answers.question_code,
    questions.question_label,
    answers.answer_text,
    answers.value_score,
    answers.is_scored,
    submissions.file_name,
    answers.sheet,
    answers.row_number,
    answers.cell,
    submissions.received_on,
    answers.reception_number,
    answers.is_demonstration
from answers
inner join assessments using (assessment_id)
inner join submissions on answers.reception_number = submissions.reception_number
inner join questions using (question_code)
left join criteria using (criterion_code)
inner join campaigns on answers.campaign_code = campaigns.campaign_code
inner join use_cases on answers.use_case_code = use_cases.use_case_code
inner join establishments on answers.organisation_code = establishments.organisation_code
inner join perimeter_members on answers.organisation_code = perimeter_members.organisation_code
inner join perimeters using (perimeter_code)
