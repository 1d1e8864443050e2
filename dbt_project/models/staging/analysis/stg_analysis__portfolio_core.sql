with
    source as (select * from {{ source('analysis', 'portfolio_core') }})

select
    scenario_code,
    use_case_code,
    chosen_count,
    draw_count
from source
