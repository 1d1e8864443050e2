with
    source as (select * from {{ source('referential', 'sectors') }})

select
    code as sector_code,
    label as sector_label,
    origin as origin_code,
    rank as sector_rank,
    valid_from,
    valid_to
from source
