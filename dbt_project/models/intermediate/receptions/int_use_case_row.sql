with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    use_cases as (select * from {{ ref('stg_lake__use_cases') }})

select
    use_cases.*,
    submissions.organisation_code,
    submissions.campaign_code,
    submissions.is_demonstration,
    row_number() over (
        partition by use_cases.use_case_code
        order by use_cases.reception_number desc, use_cases.row_number desc, use_cases.sheet
    ) = 1 as is_latest
from use_cases
inner join submissions using (reception_number)
