with
    source as (select * from {{ source('referential', 'criteria') }})

select
    code as criterion_code,
    label as criterion_label,
    origin as origin_code,
    side_code,
    rank as criterion_rank,
    help as criterion_help,
    valid_from,
    valid_to
from source
