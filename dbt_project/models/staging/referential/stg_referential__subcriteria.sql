with
    source as (select * from {{ source('referential', 'subcriteria') }})

select
    code as subcriterion_code,
    label as subcriterion_label,
    origin as origin_code,
    criterion_code,
    scale_code,
    polarity,
    rank as subcriterion_rank,
    help as subcriterion_help,
    valid_from,
    valid_to
from source
