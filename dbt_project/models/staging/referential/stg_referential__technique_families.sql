with
    source as (select * from {{ source('referential', 'technique_families') }})

select
    code as family_code,
    label as family_label,
    origin as origin_code
from source
