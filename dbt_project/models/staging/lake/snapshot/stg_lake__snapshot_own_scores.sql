with
    source as (select * from {{ source('lake', 'snapshot_own_scores') }})

select
    campaign_code,
    organisation_code,
    use_case_code,
    profile_code,
    from_on,
    impact_score,
    effort_score,
    quadrant_code
from source
