with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    projects as (select * from {{ ref('stg_lake__projects') }})

select
    concat_ws('|', submissions.organisation_code, projects.use_case_code, projects.solution_code) as project_id,
    projects.*,
    submissions.organisation_code,
    submissions.campaign_code,
    submissions.is_demonstration
from projects
inner join submissions using (reception_number)
