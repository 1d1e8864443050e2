{{ config(
    materialized='incremental',
    touched={'model': 'int_campaign_change', 'key': 'campaign_code', 'where': 'is_changed'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_campaign_change') }}
with recursive
    scores as (select * from {{ ref('int_score_perimeter') }} where {{ in_changed_campaigns() }}),

    points as (
        select distinct campaign_code, profile_code, perimeter_code, impact_score, effort_score
        from scores
        where impact_score is not null and effort_score is not null
    ),

    -- integers in the place of texts and decimals: each round sorts what remains
    numbered as (
        select
            *,
            cast(dense_rank() over (order by campaign_code, profile_code, perimeter_code) as integer) as portfolio_number,
            cast({{ to_millionths('impact_score') }} as integer) as impact,
            cast({{ to_millionths('effort_score') }} as integer) as effort
        from points
    ),

    -- Each round takes away the undominated points of every group. Points stand by falling impact, then rising
    -- effort: whatever dominates a point comes before it, with an effort no higher.
    rounds as (
        select portfolio_number, impact, effort, 0 as pareto_rank, false as is_undominated from numbered
        union all
        select
            portfolio_number,
            impact,
            effort,
            pareto_rank + 1,
            coalesce(
                min(effort) over (
                    partition by portfolio_number
                    order by impact desc, effort
                    rows between unbounded preceding and 1 preceding
                ) > effort,
                true
            )
        from rounds
        where not is_undominated
    )

select
    numbered.campaign_code,
    numbered.profile_code,
    numbered.perimeter_code,
    numbered.impact_score,
    numbered.effort_score,
    rounds.pareto_rank
from rounds
inner join numbered using (portfolio_number, impact, effort)
where rounds.is_undominated
