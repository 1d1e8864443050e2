with
    reached as (select * from {{ ref('int_project_status') }}),
    projects as (select * from {{ ref('dim_project') }}),
    statuses as (select * from {{ ref('dim_project_status') }})

select
    reached.project_id,
    reached.status_code,
    projects.organisation_code,
    projects.use_case_code,
    projects.solution_id,
    projects.evidence_code,
    reached.reached_on,
    coalesce(statuses.is_deployed, false) as is_deployed,
    (reached.status_code is not distinct from projects.status_code) as is_current,
    reached.is_demonstration,
    reached.reception_number,
    reached.sheet,
    reached.row_number,
    reached.cell
from reached
inner join projects using (project_id)
left join statuses on reached.status_code = statuses.status_code
