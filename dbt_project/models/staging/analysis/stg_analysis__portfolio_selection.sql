with
    source as (select * from {{ source('analysis', 'portfolio_selection') }})

select
    scenario_code,
    use_case_code,
    is_candidate,
    is_selected,
    is_selected_by_greedy,
    reason_left_out,
    cost_cents
from source
