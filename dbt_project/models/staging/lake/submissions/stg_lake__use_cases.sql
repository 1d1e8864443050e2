with
    source as (select * from {{ source('lake', 'use_cases') }})

select
    reception_number,
    sheet,
    row_number,
    use_case_code,
    use_case_label,
    need,
    domain_code,
    axis_code,
    segment_code,
    minutes_per_day as minutes_per_day_count,
    people_count,
    cost_eur,
    yearly_gain_eur,
    declared_hours_per_day as declared_hours_per_day_count,
    coalesce(is_confidential, false) as is_confidential
from source
