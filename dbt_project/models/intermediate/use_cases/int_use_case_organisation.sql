with
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    projects as (select * from {{ ref('dim_project') }}),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),

    pairs as (
        select use_case_code, organisation_code, bool_or(is_demonstration) as is_demonstration
        from involvements
        group by use_case_code, organisation_code
        union all
        select use_case_code, organisation_code, false from inventories where organisation_code is not null
    ),

    -- deployed before under way before ended before unknown; inside each, by rank
    ranked as (
        select
            *,
            coalesce(status_rank, 0)
                + case when is_deployed then 3000 when status_code is null then 0 when is_ended then 1000 else 2000 end
                as advancement
        from projects
    ),

    most_advanced as (
        select *
        from ranked
        qualify row_number() over (
            partition by use_case_code, organisation_code order by advancement desc, project_id
        ) = 1
    ),

    deployments as (
        select use_case_code, organisation_code, min(deployed_on) as deployed_on
        from projects
        group by use_case_code, organisation_code
    )

select
    pairs.use_case_code,
    pairs.organisation_code,
    pairs.is_demonstration,
    most_advanced.project_id is not null as has_project,
    most_advanced.status_code,
    case when most_advanced.project_id is null then {{ no_project() }}
        else coalesce(most_advanced.status_label, {{ no_status() }}) end as status_label,
    case when most_advanced.project_id is null then 99 else coalesce(most_advanced.status_rank, 98) end as status_rank,
    most_advanced.advancement,
    coalesce(most_advanced.is_deployed, false) as is_deployed,
    most_advanced.evidence_label,
    deployments.deployed_on
from pairs
left join most_advanced using (use_case_code, organisation_code)
left join deployments using (use_case_code, organisation_code)
