with
    source as (select * from {{ source('referential', 'functions') }})

select
    code as function_code,
    label as function_label,
    origin as origin_code,
    rank as function_rank,
    description as function_description,
    valid_from,
    valid_to
from source
