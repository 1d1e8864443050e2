with
    source as (select * from {{ source('lake', 'inventory_versions') }})

select
    reception_number,
    received_at,
    source_code,
    row_number,
    use_case_code,
    organisation_code,
    use_case_label,
    need,
    axis_code,
    domain_code,
    status_code,
    reached_on
from source
