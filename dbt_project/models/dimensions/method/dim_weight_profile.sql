with
    source as (select * from {{ source('referential', 'weight_profiles') }})

select
    code as profile_code,
    label as profile_label,
    origin as origin_code,
    rank as profile_rank,
    valid_from,
    valid_to
from source
