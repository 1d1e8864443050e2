with
    source as (select * from {{ source('referential', 'key_figures') }})

select
    code as figure_code,
    label as figure_label,
    origin as origin_code,
    definition as figure_definition,
    unit,
    rank as figure_rank
from source
