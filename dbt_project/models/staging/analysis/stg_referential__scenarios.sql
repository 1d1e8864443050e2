with
    source as (select * from {{ source('referential', 'scenarios') }})

select
    code as scenario_code,
    label as scenario_label,
    origin as origin_code,
    rank as scenario_rank,
    cast(effort_budget as decimal(18, 3)) as effort_budget_total,
    cast(cost_budget_eur as decimal(18, 2)) as cost_budget_eur
from source
