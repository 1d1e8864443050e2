with
    source as (select * from {{ source('analysis', 'portfolio_frontier') }})

select
    scenario_code,
    step_number,
    effort_budget_thousandths,
    status_code,
    gap_thousandths,
    selected_count,
    impact_thousandths,
    effort_thousandths
from source
