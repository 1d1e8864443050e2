with
    source as (select * from {{ source('lake', 'finess_entities') }})

select
    entity_finess,
    entity_label,
    legal_status_code,
    department_code,
    opened_on,
    closed_on,
    coalesce(is_closed, false) as is_closed
from source
