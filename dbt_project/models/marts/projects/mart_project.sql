{{ config(materialized='replaced_view') }}

with
    projects as (select * from {{ ref('dim_project') }}),
    solutions as (select * from {{ ref('dim_solution') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }})

select
    projects.project_id,
    projects.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    use_cases.axis_rank,
    projects.organisation_code,
    establishments.organisation_title as organisation_label,
    coalesce(solutions.solution_label, 'Aucune solution nommée') as solution_label,
    coalesce(solutions.way_label, 'Non dit') as way_label,
    coalesce(solutions.kind_label, 'Non dit') as kind_label,
    coalesce(projects.status_label, {{ no_status() }}) as status_label,
    coalesce(projects.status_rank, 98) as status_rank,
    case
        when projects.status_rank is null then -98
        when projects.is_ended then -projects.status_rank
        else projects.status_rank
    end as advancement,
    projects.status_reached_on,
    projects.deployed_on,
    projects.is_deployed,
    projects.is_ended,
    coalesce(projects.evidence_label, 'Sans preuve') as evidence_label,
    projects.is_deployed and (projects.evidence_code is distinct from 'verifie') as is_unverified,
    projects.end_reason,
    projects.is_demonstration
from projects
inner join use_cases using (use_case_code)
inner join establishments using (organisation_code)
left join solutions using (solution_id)
where use_cases.source_code = '{{ var("own_source_code") }}'
