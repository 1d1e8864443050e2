with
    assessments as (select * from {{ ref('int_assessment') }}),
    roles as (select * from {{ ref('stg_referential__choices') }} where list_code = 'assessor_roles'),
    answers as (select * from {{ ref('int_answer') }}),

    counts as (
        select
            assessment_id,
            count(*) as asked_count,
            count(value_score) as answered_count
        from answers
        group by assessment_id
    )

select
    assessments.assessment_id,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    assessments.assessor_code,
    assessments.role_code,
    roles.label as role_label,
    assessments.assessed_on,
    coalesce(counts.asked_count, 0) as asked_count,
    coalesce(counts.answered_count, 0) as answered_count,
    assessments.is_demonstration,
    assessments.reception_number,
    assessments.sheet,
    assessments.row_number
from assessments
left join roles on assessments.role_code = roles.code
left join counts using (assessment_id)
