with
    source as (select * from {{ source('referential', 'project_statuses') }})

select
    code as status_code,
    label as status_label,
    origin as origin_code,
    rank as status_rank,
    is_deployed,
    is_ended
from source
