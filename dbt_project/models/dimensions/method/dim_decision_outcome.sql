with
    source as (select * from {{ source('referential', 'decision_outcomes') }})

select
    code as outcome_code,
    label as outcome_label,
    origin as origin_code,
    rank as outcome_rank,
    is_selected,
    is_rejected
from source
