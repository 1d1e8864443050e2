with
    thresholds as (select * from {{ ref('stg_referential__thresholds') }})

select
    threshold_code,
    threshold_label,
    origin_code,
    threshold_value
from thresholds
