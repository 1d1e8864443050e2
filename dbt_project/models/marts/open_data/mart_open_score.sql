with
    scores as (select * from {{ ref('int_quadrant') }} where perimeter_code in ('gcs', 'tous')),
    use_cases as (select * from {{ ref('mart_open_use_case') }}),
    verdicts as (select * from {{ ref('int_open_verdict') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    weights as (select * from {{ ref('int_criterion_weight') }}),

    -- beside the scores of equal weights, those of any other profile say what each criterion is
    equal_profiles as (
        select profile_code from weights group by profile_code having bool_and(weight_thousandths = 1000)
    ),

    judged as (
        select
            scores.*,
            verdicts.assessor_count as side_assessor_count,
            verdicts.establishment_count as side_establishment_count,
            case
                when verdicts.use_case_code is null then {{ not_assessed() }}
                when equal_profiles.profile_code is not null then verdicts.withheld_reason
                else verdicts.withheld_by_criterion_reason
            end as withheld_reason
        from scores
        semi join use_cases using (use_case_code)
        left join verdicts using (campaign_code, perimeter_code, use_case_code)
        left join equal_profiles using (profile_code)
    )

select
    judged.campaign_code,
    campaigns.campaign_title as campaign_label,
    judged.profile_code,
    profiles.profile_label,
    judged.perimeter_code,
    perimeters.perimeter_label,
    judged.use_case_code,
    {% for column in [
        'impact_score', 'impact_low_score', 'impact_high_score', 'impact_completeness_share',
        'effort_score', 'effort_low_score', 'effort_high_score', 'effort_completeness_share', 'priority_score',
    ] -%}
    case when judged.withheld_reason is null then judged.{{ column }} end as {{ column }},
    {% endfor -%}
    {% for column in ['quadrant_code', 'quadrant_label', 'is_certain', 'is_borderline', 'is_incomplete'] -%}
    case when judged.withheld_reason is null then judged.{{ column }} end as {{ column }},
    {% endfor -%}
    case when judged.withheld_reason is null then judged.side_assessor_count end as assessor_count,
    case when judged.withheld_reason is null then judged.side_establishment_count end as establishment_count,
    judged.withheld_reason,
    campaigns.is_demonstration
from judged
inner join campaigns using (campaign_code)
inner join profiles using (profile_code)
inner join perimeters using (perimeter_code)
