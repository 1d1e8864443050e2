with
    source as (select * from {{ source('referential', 'kinds') }})

select
    code as kind_code,
    label as kind_label,
    origin as origin_code
from source
