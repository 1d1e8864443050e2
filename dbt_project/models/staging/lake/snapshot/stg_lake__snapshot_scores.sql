with
    source as (select * from {{ source('lake', 'snapshot_scores') }})

select
    campaign_code,
    perimeter_code,
    use_case_code,
    from_snapshot,
    from_on,
    is_open,
    profile_code,
    cast(impact_points as decimal(9, 6)) as impact_score,
    cast(impact_low_points as decimal(9, 6)) as impact_low_score,
    cast(impact_high_points as decimal(9, 6)) as impact_high_score,
    cast(impact_completeness_percent * cast(0.01 as decimal(3, 2)) as decimal(9, 6)) as impact_completeness_share,
    cast(effort_points as decimal(9, 6)) as effort_score,
    cast(effort_low_points as decimal(9, 6)) as effort_low_score,
    cast(effort_high_points as decimal(9, 6)) as effort_high_score,
    cast(effort_completeness_percent * cast(0.01 as decimal(3, 2)) as decimal(9, 6)) as effort_completeness_share,
    quadrant_code,
    is_certain,
    is_borderline,
    is_incomplete,
    establishment_count,
    assessor_count
from source
