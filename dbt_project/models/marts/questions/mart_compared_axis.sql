{{ config(materialized='replaced_view') }}

-- Every axis for both, those without a project too, so that the two are read line by line.
with
    sides as (select * from {{ ref('int_compared_side') }}),
    projects as (
        select
            organisation_code,
            axis_label,
            count(*) as project_count,
            count(*) filter (where is_deployed) as deployed_count,
            bool_or(is_demonstration) as is_demonstration
        from {{ ref('mart_project') }}
        group by organisation_code, axis_label
    ),
    axes as (
        select axis_label, axis_rank from {{ ref('dim_axis') }}
        union all
        select {{ no_axis() }}, 99 where {{ no_axis() }} in (select axis_label from projects)
    )

select
    sides.first_code,
    sides.first_label,
    sides.second_code,
    sides.second_label,
    sides.organisation_code,
    sides.compared_label,
    axes.axis_label,
    axes.axis_rank,
    case when axes.axis_rank < 99 then axes.axis_rank || '. ' else '' end || axes.axis_label as placed_axis_label,
    coalesce(projects.project_count, 0) as project_count,
    coalesce(projects.deployed_count, 0) as deployed_count,
    coalesce(projects.is_demonstration, false) as is_demonstration
from sides
cross join axes
left join projects using (organisation_code, axis_label)
