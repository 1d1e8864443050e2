with
    source as (select * from {{ source('referential', 'thresholds') }})

select
    code as threshold_code,
    label as threshold_label,
    origin as origin_code,
    cast(value as decimal(9, 6)) as threshold_value
from source
