with
    source as (select * from {{ source('analysis', 'portfolio_step') }})

select
    scenario_code,
    step_number,
    use_case_code,
    is_selected,
    reason_left_out
from source
