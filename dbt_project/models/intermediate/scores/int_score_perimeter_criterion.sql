with
    establishment_scores as (select * from {{ ref('int_score_establishment_criterion') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }})

select
    perimeter_members.perimeter_code,
    establishment_scores.campaign_code,
    establishment_scores.use_case_code,
    establishment_scores.criterion_code,
    {{ mean_score('score') }} as score,
    {{ mean_score('low_score') }} as low_score,
    {{ mean_score('high_score') }} as high_score,
    {{ mean_score('completeness_share') }} as completeness_share
from establishment_scores
inner join perimeter_members using (organisation_code)
group by
    perimeter_members.perimeter_code,
    establishment_scores.campaign_code,
    establishment_scores.use_case_code,
    establishment_scores.criterion_code
