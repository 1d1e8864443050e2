with
    source as (select * from {{ source('lake', 'finess_sites') }})

select
    site_finess,
    entity_finess,
    site_label,
    aggregate_category_code,
    psph_code,
    town,
    department_code,
    opened_on,
    closed_on,
    coalesce(is_closed, false) as is_closed
from source
