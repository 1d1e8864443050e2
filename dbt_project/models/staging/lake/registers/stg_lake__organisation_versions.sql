with
    source as (select * from {{ source('lake', 'organisation_versions') }})

select
    reception_number,
    received_at,
    organisation_code,
    organisation_label,
    ej_finess,
    sector_code,
    is_gcs_member,
    is_health_establishment,
    department_code
from source
