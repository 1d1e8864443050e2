with recursive
    scores as (select * from {{ ref('int_score_perimeter') }}),

    points as (
        select distinct campaign_code, profile_code, perimeter_code, impact_score, effort_score
        from scores
        where impact_score is not null and effort_score is not null
    ),

    -- Each round takes away the undominated points of every group. Points stand by falling impact, then rising
    -- effort: whatever dominates a point comes before it, with an effort no higher.
    rounds as (
        select *, 0 as pareto_rank, false as is_undominated from points
        union all
        select
            campaign_code,
            profile_code,
            perimeter_code,
            impact_score,
            effort_score,
            pareto_rank + 1,
            coalesce(
                min(effort_score) over (
                    partition by campaign_code, profile_code, perimeter_code
                    order by impact_score desc, effort_score
                    rows between unbounded preceding and 1 preceding
                ) > effort_score,
                true
            )
        from rounds
        where not is_undominated
    )

select
    campaign_code,
    profile_code,
    perimeter_code,
    impact_score,
    effort_score,
    pareto_rank
from rounds
where is_undominated
