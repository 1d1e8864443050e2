with
    source as (select * from {{ source('referential', 'scale_levels') }})

select
    code as level_code,
    label as level_label,
    origin as origin_code,
    scale_code,
    rank as level_rank
from source
