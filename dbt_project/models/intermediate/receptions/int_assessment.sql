with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    assessments as (select * from {{ ref('stg_lake__assessments') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    counted as (
        select
            assessments.* replace (coalesce(canonical.canonical_code, assessments.use_case_code) as use_case_code),
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from assessments
        inner join submissions using (reception_number)
        left join canonical using (use_case_code)
    )

select
    concat_ws('|', organisation_code, campaign_code, use_case_code, assessor_code) as assessment_id,
    *
from counted
qualify row_number() over (
    partition by organisation_code, campaign_code, use_case_code, assessor_code
    order by reception_number desc, row_number desc, sheet
) = 1
