with
    results as (select * from {{ ref('stg_analysis__portfolio_frontier') }}),
    scenarios as (select * from {{ ref('mart_portfolio_scenario') }}),

    changes as (
        select
            scenario_code,
            step_number,
            string_agg(use_case_title, ' · ' order by use_case_title) filter (where change_label = 'Entre')
                as entering_titles,
            string_agg(use_case_title, ' · ' order by use_case_title) filter (where change_label = 'Sort')
                as leaving_titles
        from {{ ref('mart_portfolio_step') }}
        group by scenario_code, step_number
    )

select
    results.scenario_code,
    scenarios.scenario_label,
    scenarios.scenario_rank,
    results.step_number,
    {{ from_thousandths('results.effort_budget_thousandths') }} as effort_budget_total,
    {{ budget_label('results.effort_budget_thousandths', 'scenarios.effort_budget_total') }} as effort_budget_label,
    {{ from_thousandths('results.effort_budget_thousandths') }} = scenarios.effort_budget_total as is_own_budget,
    results.status_code,
    {{ search_status_label('results.status_code') }} as status_label,
    {{ from_thousandths('results.gap_thousandths') }} as gap_total,
    results.selected_count,
    case when results.status_code in ('optimal', 'non_prouve')
        then {{ from_thousandths('results.impact_thousandths') }} end as impact_total,
    case when results.status_code in ('optimal', 'non_prouve')
        then {{ from_thousandths('results.effort_thousandths') }} end as effort_total,
    case when results.status_code in ('optimal', 'non_prouve')
        then {{ from_thousandths(
            'results.impact_thousandths - coalesce(lag(results.impact_thousandths) over steps, 0)'
        ) }} end as impact_gain_total,
    coalesce(changes.entering_titles, 'Aucun') as entering_titles,
    coalesce(changes.leaving_titles, 'Aucun') as leaving_titles,
    scenarios.is_demonstration
from results
inner join scenarios using (scenario_code)
left join changes using (scenario_code, step_number)
window steps as (partition by results.scenario_code order by results.step_number)
