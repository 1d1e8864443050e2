with
    results as (select * from {{ ref('stg_analysis__portfolio_selection') }}),
    cores as (select * from {{ ref('stg_analysis__portfolio_core') }}),
    scenarios as (select * from {{ ref('mart_portfolio_scenario') }}),
    scores as (select * from {{ ref('int_score_perimeter') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }})

select
    results.scenario_code,
    scenarios.scenario_label,
    scenarios.scenario_rank,
    results.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    results.is_candidate,
    results.is_selected,
    results.is_selected_by_greedy,
    case when results.is_selected then 'Retenu' when results.is_candidate then 'Non retenu' else 'Hors sélection' end
        as selection_label,
    results.reason_left_out,
    scores.impact_score,
    scores.effort_score,
    {{ from_cents('results.cost_cents') }} as cost_eur,
    {{ share('cores.chosen_count', 'cores.draw_count') }} as core_share,
    cores.draw_count as core_draw_count,
    scenarios.is_demonstration
from results
inner join scenarios using (scenario_code)
inner join scores using (campaign_code, profile_code, perimeter_code, use_case_code)
inner join use_cases using (use_case_code)
left join cores using (scenario_code, use_case_code)
