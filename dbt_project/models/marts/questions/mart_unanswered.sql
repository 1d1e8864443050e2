{{ config(materialized='replaced_view') }}

-- What was asked and is not answered: a row of answers holds each question that the campaign asks, empty or not.
with
    answers as (
        select assessment_key, kind_key
        from {{ ref('int_keyed_answer') }}
        where criterion_number is not null and value_millionths is null
    ),
    kinds as (select kind_key, question_code from {{ ref('int_answer_kind') }}),
    questions as (select * from {{ ref('dim_question') }}),
    criteria as (select * from {{ ref('dim_criterion') }}),
    assessments as (select * from {{ ref('fct_assessment') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),

    missing as (
        select
            answers.assessment_key,
            count(*) as unanswered_count,
            string_agg(
                questions.question_label, ' · '
                order by criteria.side_rank, criteria.criterion_rank, questions.question_rank, questions.question_code
            ) as question_labels
        from answers
        inner join kinds using (kind_key)
        inner join questions using (question_code)
        inner join criteria using (criterion_code)
        group by answers.assessment_key
    )

select
    assessments.assessment_id,
    assessments.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    assessments.organisation_code,
    establishments.organisation_title as organisation_label,
    assessments.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    assessments.assessor_code,
    coalesce(assessments.role_label, 'Rôle non dit') as role_label,
    missing.unanswered_count,
    assessments.asked_count,
    missing.question_labels,
    assessments.is_demonstration
from missing
inner join assessments using (assessment_key)
inner join campaigns using (campaign_code)
inner join use_cases using (use_case_code)
inner join establishments using (organisation_code)
