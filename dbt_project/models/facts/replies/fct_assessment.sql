with
    assessments as (select * from {{ ref('int_assessment') }} where {{ in_touched('reply') }}),
    roles as (select * from {{ ref('stg_referential__choices') }} where list_code = 'assessor_roles'),
    criterion_scores as (
        select * from {{ ref('int_keyed_assessor_criterion') }} where {{ in_touched('reply') }}
    ),

    counts as (
        select
            assessment_key,
            {{ whole_sum('asked_count') }} as asked_count,
            {{ whole_sum('answered_count') }} as answered_count
        from criterion_scores
        group by assessment_key
    )

select
    assessments.reply_key,
    assessments.assessment_key,
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
left join counts using (assessment_key)
