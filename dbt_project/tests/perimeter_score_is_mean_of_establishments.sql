{{ config(meta={'dagster': {'ref': {'name': 'mart_portfolio_matrix'}}}) }}

-- The score of a perimeter is the mean of the scores of its establishments, each counting once, to the sixth decimal. A
-- pass looks at the campaigns it touches.
with
    matrix as (
        select * from {{ ref('mart_portfolio_matrix') }}
        where {{ in_touched('campaign') }}
    ),
    members as (select * from {{ ref('int_perimeter_member') }}),

    establishments as (
        select
            own.campaign_code,
            own.profile_code,
            members.perimeter_code,
            own.use_case_code,
            sum(own.impact_score) as impact_sum,
            count(own.impact_score) as impact_count,
            sum(own.effort_score) as effort_sum,
            count(own.effort_score) as effort_count
        from matrix as own
        inner join members on own.perimeter_code = members.organisation_code
        where own.perimeter_kind = 'etablissement'
        group by own.campaign_code, own.profile_code, members.perimeter_code, own.use_case_code
    )

select matrix.campaign_code, matrix.profile_code, matrix.perimeter_code, matrix.use_case_code
from matrix
inner join establishments using (campaign_code, profile_code, perimeter_code, use_case_code)
where
    2 * abs(establishments.impact_sum - matrix.impact_score * establishments.impact_count)
        > 0.000001 * establishments.impact_count
    or 2 * abs(establishments.effort_sum - matrix.effort_score * establishments.effort_count)
        > 0.000001 * establishments.effort_count
    or (matrix.impact_score is null) <> (establishments.impact_count = 0)
    or (matrix.effort_score is null) <> (establishments.effort_count = 0)
