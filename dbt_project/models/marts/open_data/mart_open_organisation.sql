{{ config(materialized='replaced_view') }}

with
    projects as (select * from {{ ref('mart_open_project') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    sectors as (select * from {{ ref('dim_sector') }})

select
    establishments.organisation_code,
    coalesce(establishments.organisation_label, establishments.organisation_code)
        as organisation_label,
    sectors.sector_label,
    establishments.department_code,
    establishments.is_gcs_member,
    establishments.is_health_establishment
from establishments
left join sectors using (sector_code)
semi join projects using (organisation_code)
