with
    source as (select * from {{ source('referential', 'segments') }})

select
    code as segment_code,
    label as segment_label,
    origin as origin_code,
    axis_code,
    rank as segment_rank,
    valid_from,
    valid_to
from source
