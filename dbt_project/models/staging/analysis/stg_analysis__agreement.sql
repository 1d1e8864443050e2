with
    source as (select * from {{ source('analysis', 'agreement') }})

select
    campaign_code,
    perimeter_code,
    scope_kind,
    scope_code,
    alpha,
    alpha_absent_reason,
    pairable_count
from source
