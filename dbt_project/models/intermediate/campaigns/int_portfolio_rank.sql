{#- How many fronts hold a point that dominates this one: their least efforts never fall from front to front. #}
{%- set fronts_before = 'len(list_filter(done.least_efforts, lambda least: least <= point.effort))' %}

with
    scores as (
        select campaign_code, portfolio_key, place_key, profile_code, impact_score, effort_score, priority_score
        from {{ ref('int_score_perimeter') }}
        where priority_score is not null and {{ in_touched('campaign') }}
    ),

    -- integers in the place of texts and decimals
    numbered as (
        select
            campaign_code,
            portfolio_key,
            place_key,
            profile_code,
            cast(dense_rank() over (order by portfolio_key, profile_code) as integer) as portfolio_number,
            cast({{ to_millionths('impact_score') }} as integer) as impact,
            cast({{ to_millionths('effort_score') }} as integer) as effort,
            rank() over (partition by portfolio_key, profile_code order by priority_score desc) as priority_rank
        from scores
    ),

    -- Points stand by falling impact, then rising effort: whatever dominates a point comes before it, with an effort
    -- no higher. Sorted as lists: aggregates ordered by two keys took more than 8 GB for 150,000 portfolios of 100.
    listed as (
        select
            portfolio_number,
            list_sort(list({'fall': -impact, 'effort': effort})) as points
        from (select distinct portfolio_number, impact, effort from numbered)
        group by portfolio_number
    ),

    -- One walk along the points of each portfolio, in the place of a round for each front: a point stands in the first
    -- front of which no point dominates it, and its effort is then the least of that front.
    walked as (
        select
            portfolio_number,
            points,
            list_reduce(
                [
                    {'effort': point.effort, 'least_efforts': []::integer[], 'ranks': []::integer[]}
                    for point in points
                ],
                lambda done, point: {
                    'effort': point.effort,
                    'least_efforts': list_concat(
                        done.least_efforts[1:{{ fronts_before }}],
                        [point.effort],
                        done.least_efforts[{{ fronts_before }} + 2:]
                    ),
                    'ranks': list_append(done.ranks, cast({{ fronts_before }} + 1 as integer))
                },
                {'effort': 0, 'least_efforts': []::integer[], 'ranks': []::integer[]}
            ).ranks as pareto_ranks
        from listed
    ),

    ranked as (
        select
            portfolio_number,
            -unnest(points).fall as impact,
            unnest(points).effort as effort,
            unnest(pareto_ranks) as pareto_rank
        from walked
    )

select
    numbered.campaign_code,
    numbered.portfolio_key,
    numbered.place_key,
    numbered.profile_code,
    numbered.priority_rank,
    ranked.pareto_rank
from numbered
inner join ranked using (portfolio_number, impact, effort)
