with
    project_rows as (select * from {{ ref('int_project_row') }}),
    reached as (select * from {{ ref('int_project_status') }}),
    statuses as (select * from {{ ref('dim_project_status') }}),
    evidence_levels as (select * from {{ ref('stg_referential__choices') }} where list_code = 'evidence_levels'),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),

    declared as (
        select
            project_id,
            organisation_code,
            use_case_code,
            solution_code,
            case when solution_code is not null
                then concat_ws('|', organisation_code, solution_code) end as solution_id,
            evidence_code,
            evidence_link,
            sites,
            follow_up,
            end_reason,
            bool_or(is_demonstration) over (partition by project_id) as is_demonstration
        from project_rows
        qualify row_number() over (
            partition by project_id order by reception_number desc, row_number desc, sheet
        ) = 1
    ),

    inventoried as (
        select
            concat_ws('|', organisation_code, use_case_code) as project_id,
            organisation_code,
            use_case_code,
            false as is_demonstration
        from inventories
        where organisation_code is not null
    ),

    projects as (
        select * from declared
        union all by name
        select * from inventoried
    ),

    current_status as (
        select reached.project_id, reached.status_code, reached.reached_on
        from reached
        inner join statuses using (status_code)
        qualify row_number() over (
            partition by reached.project_id order by reached.reached_on desc nulls last, statuses.status_rank desc
        ) = 1
    ),

    first_deployment as (
        select reached.project_id, min(reached.reached_on) as deployed_on
        from reached
        inner join statuses using (status_code)
        where statuses.is_deployed
        group by reached.project_id
    )

select
    projects.*,
    evidence_levels.label as evidence_label,
    current_status.status_code,
    current_status.reached_on as status_reached_on,
    statuses.status_label,
    statuses.status_rank,
    coalesce(statuses.is_deployed, false) as is_deployed,
    coalesce(statuses.is_ended, false) as is_ended,
    first_deployment.deployed_on
from projects
left join current_status using (project_id)
left join statuses using (status_code)
left join first_deployment using (project_id)
left join evidence_levels on projects.evidence_code = evidence_levels.code
