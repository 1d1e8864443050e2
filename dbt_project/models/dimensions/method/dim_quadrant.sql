with
    source as (select * from {{ source('referential', 'quadrants') }})

select
    code as quadrant_code,
    label as quadrant_label,
    origin as origin_code,
    rank as quadrant_rank,
    is_impact_high,
    is_effort_high
from source
