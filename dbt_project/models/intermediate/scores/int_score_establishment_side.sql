with
    assessor_scores as (select * from {{ ref('int_score_assessor_side') }})

select
    organisation_code,
    campaign_code,
    use_case_code,
    profile_code,
    side_code,
    {{ mean_score('score') }} as score,
    {{ mean_score('low_score') }} as low_score,
    {{ mean_score('high_score') }} as high_score,
    {{ mean_score('completeness_share') }} as completeness_share,
    count(*) as assessor_count
from assessor_scores
group by organisation_code, campaign_code, use_case_code, profile_code, side_code
