with
    source as (select * from {{ source('referential', 'organisations') }})

select
    code as organisation_code,
    label as organisation_label,
    origin as origin_code,
    ej_finess,
    sector_code,
    member_gcs as is_gcs_member,
    country_code,
    department_code,
    is_health_establishment,
    source_code,
    valid_from,
    valid_to
from source
