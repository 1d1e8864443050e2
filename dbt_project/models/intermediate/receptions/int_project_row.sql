with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    projects as (select * from {{ ref('stg_lake__projects') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    counted as (
        select
            projects.* replace (coalesce(canonical.canonical_code, projects.use_case_code) as use_case_code),
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from projects
        inner join submissions using (reception_number)
        left join canonical using (use_case_code)
    )

select
    concat_ws('|', organisation_code, use_case_code, solution_code) as project_id,
    *
from counted
