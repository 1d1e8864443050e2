{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_place', 'key': 'portfolio_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_place') }}
with recursive
    scores as (
        select portfolio_key, place_key, profile_code, impact_score, effort_score, priority_score
        from {{ ref('int_score_perimeter') }}
        where priority_score is not null and {{ in_touched_places('portfolio_key') }}
    ),

    -- integers in the place of texts and decimals: each round sorts what remains
    numbered as (
        select
            portfolio_key,
            place_key,
            profile_code,
            cast(dense_rank() over (order by portfolio_key, profile_code) as integer) as portfolio_number,
            cast({{ to_millionths('impact_score') }} as integer) as impact,
            cast({{ to_millionths('effort_score') }} as integer) as effort,
            rank() over (partition by portfolio_key, profile_code order by priority_score desc) as priority_rank
        from scores
    ),

    -- Each round takes away the undominated points of every group. Points stand by falling impact, then rising
    -- effort: whatever dominates a point comes before it, with an effort no higher.
    rounds as (
        select distinct portfolio_number, impact, effort, 0 as pareto_rank, false as is_undominated from numbered
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
    numbered.portfolio_key,
    numbered.place_key,
    numbered.profile_code,
    numbered.priority_rank,
    rounds.pareto_rank
from numbered
inner join rounds using (portfolio_number, impact, effort)
where rounds.is_undominated
