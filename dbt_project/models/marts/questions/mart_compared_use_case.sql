{{ config(materialized='replaced_view') }}

-- What either of two establishments has in its portfolio: its scores and where its project stands, beside the other's.
with
    sides as (select * from {{ ref('int_compared_side') }}),
    scores as (select * from {{ ref('int_quadrant') }}),
    projects as (select * from {{ ref('int_use_case_organisation') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),

    compared as (
        select
            sides.first_code,
            sides.first_label,
            sides.second_code,
            sides.second_label,
            scores.campaign_code,
            scores.profile_code,
            scores.use_case_code,
            {% for side, chosen in [('first', 'sides.is_first'), ('second', 'not sides.is_first')] -%}
            max(scores.impact_score) filter (where {{ chosen }}) as {{ side }}_impact_score,
            max(scores.effort_score) filter (where {{ chosen }}) as {{ side }}_effort_score,
            {% endfor -%}
            bool_and(scores.priority_score is not null) and count(*) = 2 as is_scored_by_both
        from sides
        inner join scores on sides.organisation_code = scores.perimeter_code
        group by all
    )

select
    compared.first_code,
    compared.first_label,
    compared.second_code,
    compared.second_label,
    compared.campaign_code,
    campaigns.campaign_title as campaign_label,
    compared.profile_code,
    profiles.profile_label,
    compared.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    compared.first_impact_score,
    compared.second_impact_score,
    compared.first_impact_score - compared.second_impact_score as impact_gap_score,
    compared.first_effort_score,
    compared.second_effort_score,
    compared.first_effort_score - compared.second_effort_score as effort_gap_score,
    case when compared.is_scored_by_both then greatest(
        abs(compared.first_impact_score - compared.second_impact_score),
        abs(compared.first_effort_score - compared.second_effort_score)
    ) end as widest_gap_score,
    coalesce(of_first.status_label, {{ no_project() }}) as first_status_label,
    coalesce(of_second.status_label, {{ no_project() }}) as second_status_label,
    campaigns.is_demonstration
from compared
inner join campaigns using (campaign_code)
inner join profiles using (profile_code)
inner join use_cases using (use_case_code)
left join projects as of_first
    on compared.use_case_code = of_first.use_case_code and compared.first_code = of_first.organisation_code
left join projects as of_second
    on compared.use_case_code = of_second.use_case_code and compared.second_code = of_second.organisation_code
