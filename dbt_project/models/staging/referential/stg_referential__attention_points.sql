with
    source as (select * from {{ source('referential', 'attention_points') }})

select
    code as attention_point_code,
    label as attention_point_label,
    origin as origin_code,
    scale_code,
    rank as attention_point_rank,
    valid_from,
    valid_to
from source
