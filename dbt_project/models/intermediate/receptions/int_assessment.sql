with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    assessments as (select * from {{ ref('stg_lake__assessments') }}),

    counted as (
        select
            assessments.*,
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from assessments
        inner join submissions using (reception_number)
    )

select
    concat_ws('|', organisation_code, campaign_code, use_case_code, assessor_code) as assessment_id,
    *
from counted
qualify row_number() over (
    partition by organisation_code, campaign_code, use_case_code, assessor_code
    order by reception_number desc, row_number desc, sheet
) = 1
