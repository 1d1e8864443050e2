{{ config(materialized='replaced_view') }}

-- Assessments and kinds of answers are labelled before the answers come: a page asks for one use case, and a filter on
-- its title then leaves few assessments to look answers up for; and the join of millions is by numbers.
with
    facts as (select * from {{ ref('fct_assessment') }}),
    assessors as (select * from {{ ref('dim_assessor') }}),
    submissions as (select reception_number, file_name from {{ ref('fct_submission') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    answers as (select * from {{ ref('int_keyed_answer') }}),
    said as (select * from {{ ref('int_answer_kind') }}),
    questions as (select * from {{ ref('dim_question') }}),
    criteria as (select * from {{ ref('dim_criterion') }}),

    assessments as (
        select
            facts.*,
            campaigns.campaign_title as campaign_label,
            campaigns.campaign_rank,
            use_cases.use_case_title,
            use_cases.axis_label,
            establishments.organisation_title as organisation_label,
            assessors.role_label as assessor_role_label,
            submissions.file_name
        from facts
        inner join campaigns using (campaign_code)
        inner join use_cases using (use_case_code)
        inner join establishments using (organisation_code)
        left join submissions using (reception_number)
        left join assessors
            on facts.organisation_code = assessors.organisation_code
            and facts.assessor_code = assessors.assessor_code
    ),

    kinds as (
        select
            said.*,
            questions.question_label,
            questions.question_rank,
            questions.question_kind,
            criteria.criterion_label,
            criteria.side_label
        from said
        left join questions using (question_code)
        left join criteria using (criterion_code)
    )

select
    assessments.assessment_id,
    kinds.question_code,
    kinds.question_label,
    case when kinds.question_kind = 'attention_point' then 'Point d''attention'
        else coalesce(kinds.side_label, 'Hors du score') end as answer_kind_label,
    kinds.criterion_label,
    coalesce(kinds.question_rank, 99) as question_rank,
    assessments.campaign_code,
    assessments.campaign_label,
    assessments.campaign_rank,
    assessments.use_case_code,
    assessments.use_case_title,
    assessments.axis_label,
    assessments.organisation_code,
    assessments.organisation_label,
    assessments.assessor_code,
    coalesce(assessments.assessor_role_label, 'Rôle non dit') as role_label,
    kinds.answer_text,
    {{ from_millionths('answers.value_millionths') }} as value_score,
    answers.criterion_number is not null as is_scored,
    assessments.file_name,
    assessments.sheet,
    assessments.row_number,
    {{ cell_of_kind('kinds', 'assessments.row_number') }} as cell,
    assessments.is_demonstration
from answers
inner join assessments using (assessment_key)
inner join kinds using (kind_key)
