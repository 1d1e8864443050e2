with
    means as (select * from {{ ref('int_calibration') }}),
    thresholds as (select * from {{ ref('dim_threshold') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    sides as (select * from {{ ref('dim_side') }}),

    limits as (
        select
            max(threshold_value) filter (where threshold_code = 'CALIBRATION_LIMIT') as limit_score,
            max(threshold_value) filter (where threshold_code = 'CALIBRATION_SHARED') as shared_count
        from thresholds
    ),

    compared as (
        select
            means.* exclude (mean_difference),
            case when means.shared_use_case_count >= limits.shared_count
                then {{ from_millionths('means.mean_difference') }} end as mean_difference_score,
            limits.limit_score
        from means
        cross join limits
    )

select
    compared.campaign_code,
    campaigns.campaign_title as campaign_label,
    compared.organisation_code,
    establishments.organisation_title as organisation_label,
    compared.side_code,
    sides.side_label,
    compared.mean_difference_score,
    compared.shared_use_case_count,
    coalesce(abs(compared.mean_difference_score) > compared.limit_score, false) as is_out_of_bounds,
    case
        when compared.mean_difference_score is null then 'Trop peu de cas d''usage partagés'
        when compared.mean_difference_score > compared.limit_score then 'Note plus haut que les autres'
        when compared.mean_difference_score < -compared.limit_score then 'Note plus bas que les autres'
        else 'Dans les limites'
    end as calibration_label,
    campaigns.is_demonstration
from compared
inner join campaigns using (campaign_code)
inner join establishments using (organisation_code)
inner join sides using (side_code)
