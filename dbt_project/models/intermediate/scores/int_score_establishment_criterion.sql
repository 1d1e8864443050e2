with
    assessments as (select * from {{ ref('int_assessment') }}),
    assessor_scores as (select * from {{ ref('int_score_assessor_criterion') }})

select
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    assessor_scores.criterion_code,
    {{ mean_score('score') }} as score,
    {{ mean_score('low_score') }} as low_score,
    {{ mean_score('high_score') }} as high_score,
    {{ mean_score('completeness_share') }} as completeness_share
from assessor_scores
inner join assessments using (assessment_id)
group by
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    assessor_scores.criterion_code
