with
    source as (select * from {{ source('referential', 'learning_types') }})

select
    code as learning_type_code,
    label as learning_type_label,
    origin as origin_code,
    rank as learning_type_rank,
    valid_from,
    valid_to
from source
