with
    source as (select * from {{ source('referential', 'techniques') }})

select
    code as technique_code,
    label as technique_label,
    origin as origin_code,
    family_code,
    rank as technique_rank,
    valid_from,
    valid_to
from source
