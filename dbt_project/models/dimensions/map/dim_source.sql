with
    source as (select * from {{ source('referential', 'sources') }})

select
    code as source_code,
    label as source_label,
    origin as origin_code,
    kind as source_kind,
    licence,
    url
from source
