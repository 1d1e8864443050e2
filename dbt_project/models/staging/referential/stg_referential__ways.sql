with
    source as (select * from {{ source('referential', 'ways') }})

select
    code as way_code,
    label as way_label,
    origin as origin_code
from source
