with
    decisions as (select * from {{ ref('fct_decision') }} where is_current),
    outcomes as (select * from {{ ref('dim_decision_outcome') }}),
    roles as (select * from {{ ref('stg_referential__choices') }} where list_code = 'decider_roles'),
    matrix as (
        select *
        from {{ ref('mart_portfolio_matrix') }}
        semi join decisions using (use_case_code, perimeter_code)
        where profile_code = '{{ var("default_profile_code") }}'
    ),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    as_of as (select max(received_on) as as_of_on from {{ ref('int_reception_day') }}),

    latest as (
        select use_case_code, perimeter_code, max(committee_on) as committee_on
        from decisions
        group by use_case_code, perimeter_code
    ),

    -- what the committee could see: the newest campaign that had opened by its day
    seen as (
        select decisions.use_case_code, decisions.perimeter_code, decisions.committee_on, matrix.*
            exclude (use_case_code, perimeter_code)
        from decisions
        inner join matrix using (use_case_code, perimeter_code)
        inner join campaigns on matrix.campaign_code = campaigns.campaign_code
        where campaigns.opens_on <= decisions.committee_on
        qualify row_number() over (
            partition by decisions.use_case_code, decisions.perimeter_code, decisions.committee_on
            order by matrix.campaign_rank desc
        ) = 1
    ),

    newest as (
        select *
        from matrix
        qualify row_number() over (partition by use_case_code, perimeter_code order by campaign_rank desc) = 1
    )

select
    decisions.use_case_code,
    use_cases.use_case_title,
    use_cases.is_confidential,
    decisions.perimeter_code,
    perimeters.perimeter_label,
    decisions.committee_on,
    latest.committee_on is not null as is_latest,
    decisions.outcome_code,
    outcomes.outcome_label,
    outcomes.outcome_rank,
    outcomes.is_selected,
    decisions.reason,
    roles.label as decider_role_label,
    decisions.next_review_on,
    latest.committee_on is not null
        and coalesce(decisions.next_review_on <= as_of.as_of_on, false) as is_review_due,
    as_of.as_of_on,
    seen.campaign_code,
    seen.quadrant_code,
    seen.quadrant_label,
    seen.impact_score,
    seen.effort_score,
    seen.priority_rank,
    newest.campaign_code as newest_campaign_code,
    newest.quadrant_label as newest_quadrant_label,
    coalesce(seen.quadrant_code <> newest.quadrant_code, false) as has_quadrant_changed,
    coalesce(
        outcomes.is_selected and not quadrants.is_impact_high and quadrants.is_effort_high
            or outcomes.is_rejected and quadrants.is_impact_high and not quadrants.is_effort_high,
        false
    ) as is_against_result,
    coalesce(seen.is_demonstration, newest.is_demonstration, use_cases.is_demonstration, false) as is_demonstration,
    decisions.reception_number,
    decisions.file_name,
    decisions.sheet,
    decisions.cell
from decisions
cross join as_of
inner join outcomes using (outcome_code)
inner join use_cases using (use_case_code)
inner join perimeters using (perimeter_code)
left join latest using (use_case_code, perimeter_code, committee_on)
left join roles on decisions.decider_role_code = roles.code
left join seen using (use_case_code, perimeter_code, committee_on)
left join newest on decisions.use_case_code = newest.use_case_code and decisions.perimeter_code = newest.perimeter_code
left join {{ ref('dim_quadrant') }} as quadrants on seen.quadrant_code = quadrants.quadrant_code
