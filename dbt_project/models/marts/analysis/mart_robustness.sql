with
    results as (select * from {{ ref('stg_analysis__robustness') }}),
    scores as (select distinct campaign_code, perimeter_code, use_case_code from {{ ref('int_score_perimeter') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }})

-- inner joins: what has left the data since the simulation is not shown
select
    results.campaign_code,
    campaigns.campaign_title as campaign_label,
    results.perimeter_code,
    perimeters.perimeter_label,
    results.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    {{ share('results.victoire_rapide_count', 'results.draw_count') }} as victoire_rapide_share,
    {{ share('results.projet_majeur_count', 'results.draw_count') }} as projet_majeur_share,
    {{ share('results.tache_de_fond_count', 'results.draw_count') }} as tache_de_fond_share,
    {{ share('results.a_ecarter_count', 'results.draw_count') }} as a_ecarter_share,
    {{ share('results.first_ten_count', 'results.draw_count') }} as first_ten_share,
    cast(cast({{ divide_half_up('1000000 * results.rank_sum', 'results.draw_count') }} as decimal(18, 0))
        * cast(0.000001 as decimal(7, 6)) as decimal(12, 6)) as expected_rank,
    results.rank_p05,
    results.rank_p95,
    results.draw_count,
    results.seed,
    campaigns.is_demonstration
from results
inner join scores using (campaign_code, perimeter_code, use_case_code)
inner join campaigns using (campaign_code)
inner join perimeters using (perimeter_code)
inner join use_cases using (use_case_code)
