with
    scores as (select * from {{ ref('int_score_perimeter_criterion') }} where perimeter_code in ('gcs', 'tous')),
    use_cases as (select * from {{ ref('mart_open_use_case') }}),
    verdicts as (select * from {{ ref('int_open_verdict') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),

    judged as (
        select
            scores.*,
            case when verdicts.use_case_code is null then {{ not_assessed() }}
                else verdicts.withheld_by_criterion_reason end as withheld_reason
        from scores
        semi join use_cases using (use_case_code)
        left join verdicts using (campaign_code, perimeter_code, use_case_code)
    )

select
    judged.campaign_code,
    campaigns.campaign_title as campaign_label,
    judged.perimeter_code,
    perimeters.perimeter_label,
    judged.use_case_code,
    judged.criterion_code,
    {% for column in ['score', 'low_score', 'high_score', 'completeness_share'] -%}
    case when judged.withheld_reason is null then judged.{{ column }} end as {{ column }},
    {% endfor -%}
    judged.withheld_reason,
    campaigns.is_demonstration
from judged
inner join campaigns using (campaign_code)
inner join perimeters using (perimeter_code)
