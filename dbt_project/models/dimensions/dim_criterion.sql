with
    criteria as (select * from {{ ref('stg_referential__criteria') }}),
    sides as (select * from {{ ref('dim_side') }})

select
    criteria.*,
    sides.side_label,
    sides.side_rank
from criteria
left join sides using (side_code)
