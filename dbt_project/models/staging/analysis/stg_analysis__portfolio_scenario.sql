with
    source as (select * from {{ source('analysis', 'portfolio_scenario') }})

select
    scenario_code,
    campaign_code,
    profile_code,
    perimeter_code,
    status_code,
    gap_thousandths,
    candidate_count,
    selected_count,
    impact_thousandths,
    effort_thousandths,
    cost_cents,
    greedy_count,
    greedy_impact_thousandths,
    greedy_effort_thousandths,
    is_greedy_feasible,
    conflict_text
from source
