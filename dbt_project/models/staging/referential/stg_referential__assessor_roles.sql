with
    source as (select * from {{ source('referential', 'assessor_roles') }})

select
    code as role_code,
    label as role_label,
    origin as origin_code,
    rank as role_rank
from source
