select
    * exclude (minutes_per_day, declared_hours_per_day, is_confidential),
    minutes_per_day as minutes_per_day_count,
    declared_hours_per_day as declared_hours_per_day_count,
    coalesce(is_confidential, false) as is_confidential
from {{ source('lake', 'use_cases') }}
