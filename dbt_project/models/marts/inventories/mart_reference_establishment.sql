with
    projects as (select * from {{ ref('dim_project') }}),
    solutions as (select * from {{ ref('dim_solution') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    -- what one organisation keeps to the GCS stays so where another describes the same use case openly
    confidential as (select * from {{ ref('int_confidential') }}),
    sectors as (select * from {{ ref('dim_sector') }}),

    deployments as (
        select projects.*, establishments.sector_code, establishments.size_class_code
        from projects
        inner join establishments using (organisation_code)
        where projects.is_deployed or projects.deployed_on is not null
    ),

    alike as (
        select use_case_code, sector_code, size_class_code, count(distinct organisation_code) as look_alike_count
        from deployments
        where is_deployed
        group by use_case_code, sector_code, size_class_code
    )

select
    deployments.project_id,
    use_cases.source_code,
    deployments.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    confidential.use_case_code is not null or (use_cases.is_confidential and not use_cases.is_in_catalogue)
        as is_confidential,
    deployments.organisation_code,
    establishments.organisation_title as organisation_label,
    sectors.sector_label,
    establishments.site_count,
    establishments.size_class_label,
    establishments.size_class_rank,
    sectors.sector_label || ' · ' || establishments.size_class_label as look_alike_label,
    coalesce(alike.look_alike_count, 0) as look_alike_count,
    establishments.department_code,
    establishments.is_gcs_member as member_gcs,
    establishments.is_health_establishment,
    deployments.status_code,
    deployments.status_label,
    deployments.is_deployed,
    deployments.deployed_on,
    deployments.evidence_code,
    coalesce(deployments.evidence_label, {{ no_status() }}) as evidence_label,
    deployments.evidence_link,
    solutions.solution_label,
    solutions.supplier,
    solutions.way_label,
    deployments.is_demonstration
from deployments
inner join use_cases using (use_case_code)
inner join establishments using (organisation_code)
left join sectors on establishments.sector_code = sectors.sector_code
left join alike
    on deployments.use_case_code = alike.use_case_code
    and deployments.sector_code = alike.sector_code
    and deployments.size_class_code = alike.size_class_code
left join solutions using (solution_id)
left join confidential
    on deployments.use_case_code = confidential.use_case_code
    and deployments.organisation_code = confidential.organisation_code
