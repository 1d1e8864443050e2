with
    source as (select * from {{ source('lake', 'inventory_use_cases') }})

select
    source_code,
    row_number,
    use_case_code,
    organisation_code,
    bureau,
    use_case_label,
    need,
    topic,
    axis_code,
    domain_code,
    status_code,
    status_text,
    reached_on,
    way_code
from source
