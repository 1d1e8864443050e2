with
    use_cases as (select * from {{ ref('dim_use_case') }}),
    projects as (select * from {{ ref('dim_project') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),

    deployed as (
        select
            projects.project_id,
            projects.organisation_code,
            projects.use_case_code,
            projects.is_demonstration,
            use_cases.source_code,
            establishments.is_health_establishment and establishments.ej_finess is not null as is_health_establishment
        from projects
        inner join use_cases using (use_case_code)
        inner join establishments using (organisation_code)
        where projects.is_deployed
    )

select 'USE_CASES' as figure_code, source_code, null as axis_code, count(*) as value_count,
    bool_or(is_demonstration) as is_demonstration
from use_cases group by source_code
union all
select 'ORGANISATIONS_DEPLOYED', source_code, null, count(distinct organisation_code), bool_or(is_demonstration)
from deployed group by source_code
union all
select 'HEALTH_ESTABLISHMENTS_DEPLOYED', source_code, null, count(distinct organisation_code), bool_or(is_demonstration)
from deployed where is_health_establishment group by source_code
union all
select 'PROJECTS_DEPLOYED', source_code, null, count(*), bool_or(is_demonstration)
from deployed group by source_code
union all
select 'USE_CASES_IMPLEMENTED', source_code, null, count(distinct use_case_code), bool_or(is_demonstration)
from deployed where is_health_establishment group by source_code
union all
select 'AXIS_SHARE', source_code, axis_code, count(*), bool_or(is_demonstration)
from use_cases group by source_code, axis_code
