with
    criteria as (select * from {{ source('referential', 'criteria') }}),
    sides as (select * from {{ ref('dim_side') }})

select
    criteria.code as criterion_code,
    criteria.label as criterion_label,
    criteria.origin as origin_code,
    criteria.side_code,
    sides.side_label,
    sides.side_rank,
    criteria.rank as criterion_rank,
    criteria.help as criterion_help,
    criteria.valid_from,
    criteria.valid_to
from criteria
left join sides using (side_code)
