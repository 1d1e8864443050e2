with
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),
    projects as (select * from {{ ref('dim_project') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    sources as (select * from {{ ref('dim_source') }})

select
    inventories.source_code,
    sources.source_label,
    inventories.row_number,
    inventories.use_case_code,
    use_cases.use_case_label,
    inventories.organisation_code,
    establishments.organisation_title as organisation_label,
    inventories.bureau,
    inventories.topic,
    inventories.status_text,
    projects.status_code,
    projects.status_label,
    projects.status_reached_on,
    projects.is_deployed
from inventories
inner join sources using (source_code)
inner join use_cases using (use_case_code)
left join establishments on inventories.organisation_code = establishments.organisation_code
left join projects
    on inventories.use_case_code = projects.use_case_code
    and inventories.organisation_code = projects.organisation_code
