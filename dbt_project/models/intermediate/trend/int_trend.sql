{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_touched('trend') }}",
    on_schema_change='fail',
) }}

with
    steps as (
        select * from {{ ref('int_portfolio') }}
        where
            previous_portfolio_key is not null
            and {{ in_touched('trend') }}
    ),
    -- read twice rather than kept: each reading then takes its campaign, and no other
    placed as not materialized (select * from {{ ref('int_quadrant') }}),
    scores as not materialized (
        select portfolio_key, profile_code, use_case_code, impact_score, effort_score
        from {{ ref('int_score_perimeter') }}
        where priority_score is not null
    ),
    members as (select * from {{ ref('int_perimeter_member') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }}),

    thresholds as (
        select
            max(threshold_value) filter (where threshold_code = 'IMPACT_HIGH') as impact_high_score,
            max(threshold_value) filter (where threshold_code = 'EFFORT_HIGH') as effort_high_score
        from {{ ref('stg_referential__thresholds') }}
    ),

    present as (
        select
            steps.portfolio_key,
            placed.profile_code,
            placed.use_case_code,
            placed.impact_score,
            placed.effort_score,
            placed.quadrant_code,
            placed.establishment_count
        from placed
        inner join steps using (portfolio_key)
    ),

    before as (
        select
            steps.portfolio_key,
            placed.profile_code,
            placed.use_case_code,
            placed.impact_score as previous_impact_score,
            placed.effort_score as previous_effort_score,
            placed.quadrant_code as previous_quadrant_code
        from placed
        inner join steps on placed.portfolio_key = steps.previous_portfolio_key
    ),

    on_all as (
        select 'tous' as scope_code, * from present
        full join before using (portfolio_key, profile_code, use_case_code)
    ),

    -- only what both campaigns scored: the same use cases, by the same establishments
    own_steps as (
        select
            steps.portfolio_key,
            {{ portfolio_key('steps.campaign_code', 'members.organisation_code') }} as own_key,
            {{ portfolio_key('steps.previous_campaign_code', 'members.organisation_code') }} as previous_own_key
        from steps
        inner join members using (perimeter_code)
    ),

    both_scored as (
        select
            own_steps.portfolio_key,
            present.profile_code,
            present.use_case_code,
            present.impact_score,
            present.effort_score,
            before.impact_score as previous_impact_score,
            before.effort_score as previous_effort_score
        from own_steps
        inner join scores as present on own_steps.own_key = present.portfolio_key
        inner join scores as before
            on own_steps.previous_own_key = before.portfolio_key
            and present.profile_code = before.profile_code
            and present.use_case_code = before.use_case_code
    ),

    constant_means as (
        select
            portfolio_key,
            profile_code,
            use_case_code,
            {{ mean_score('impact_score') }} as impact_score,
            {{ mean_score('effort_score') }} as effort_score,
            count(*) as establishment_count,
            {{ mean_score('previous_impact_score') }} as previous_impact_score,
            {{ mean_score('previous_effort_score') }} as previous_effort_score
        from both_scored
        group by portfolio_key, profile_code, use_case_code
    ),

    -- kept: beside the other comparison, their joins of a country (13 million rows each) do not fit the memory at once
    on_constant as materialized (
        select
            constant_means.*,
            'constant' as scope_code,
            present.quadrant_code,
            before.quadrant_code as previous_quadrant_code
        from constant_means
        cross join thresholds
        left join quadrants as present
            on present.is_impact_high = (constant_means.impact_score >= thresholds.impact_high_score)
            and present.is_effort_high = (constant_means.effort_score >= thresholds.effort_high_score)
        left join quadrants as before
            on before.is_impact_high = (constant_means.previous_impact_score >= thresholds.impact_high_score)
            and before.is_effort_high = (constant_means.previous_effort_score >= thresholds.effort_high_score)
    ),

    compared as (
        select * from on_all
        union all by name
        select * from on_constant
    )

select
    steps.campaign_code,
    portfolio_key,
    scope_code,
    profile_code,
    use_case_code,
    impact_score,
    previous_impact_score,
    effort_score,
    previous_effort_score,
    quadrant_code,
    previous_quadrant_code,
    coalesce(establishment_count, 0) as establishment_count
from compared
inner join steps using (portfolio_key)
