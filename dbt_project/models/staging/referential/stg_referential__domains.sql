with
    source as (select * from {{ source('referential', 'domains') }})

select
    code as domain_code,
    label as domain_label,
    origin as origin_code,
    rank as domain_rank
from source
