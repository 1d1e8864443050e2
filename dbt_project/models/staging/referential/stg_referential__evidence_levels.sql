with
    source as (select * from {{ source('referential', 'evidence_levels') }})

select
    code as evidence_code,
    label as evidence_label,
    origin as origin_code,
    rank as evidence_rank
from source
