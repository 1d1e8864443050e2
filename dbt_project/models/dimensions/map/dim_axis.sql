with
    source as (select * from {{ source('referential', 'axes') }})

select
    code as axis_code,
    label as axis_label,
    origin as origin_code,
    rank as axis_rank,
    description as axis_description,
    valid_from,
    valid_to
from source
