with
    assessments as (select * from {{ ref('int_assessment') }}),
    sides as (select * from {{ ref('dim_side') }}),
    weights as (select * from {{ ref('int_criterion_weight') }}),
    criterion_scores as (select * from {{ ref('int_score_assessor_criterion') }}),

    profiles as (select distinct campaign_code, profile_code from weights),

    weighed as (
        select
            criterion_scores.assessment_id,
            weights.profile_code,
            weights.side_code,
            {{ weighted_mean_score('criterion_scores.score', 'weights.weight_thousandths') }} as score,
            {{ weighted_mean_score('criterion_scores.low_score', 'weights.weight_thousandths') }} as low_score,
            {{ weighted_mean_score('criterion_scores.high_score', 'weights.weight_thousandths') }} as high_score,
            {{ weighted_mean_score('criterion_scores.completeness_share', 'weights.weight_thousandths') }}
                as completeness_share
        from assessments
        inner join criterion_scores using (assessment_id)
        inner join weights using (campaign_code, criterion_code)
        group by criterion_scores.assessment_id, weights.profile_code, weights.side_code
    )

select
    assessments.assessment_id,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    profiles.profile_code,
    sides.side_code,
    weighed.score,
    weighed.low_score,
    weighed.high_score,
    weighed.completeness_share
from assessments
inner join profiles using (campaign_code)
cross join sides
left join weighed using (assessment_id, profile_code, side_code)
