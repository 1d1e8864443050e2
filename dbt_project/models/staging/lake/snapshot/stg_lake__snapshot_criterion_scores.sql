with
    source as (select * from {{ source('lake', 'snapshot_criterion_scores') }})

select
    campaign_code,
    perimeter_code,
    use_case_code,
    from_snapshot,
    from_on,
    is_open,
    criterion_code,
    cast(points as decimal(9, 6)) as score,
    cast(low_points as decimal(9, 6)) as low_score,
    cast(high_points as decimal(9, 6)) as high_score,
    cast(completeness_percent * cast(0.01 as decimal(3, 2)) as decimal(9, 6)) as completeness_share
from source
