with
    results as (select * from {{ ref('stg_analysis__portfolio_frontier') }}),
    scenarios as (select * from {{ ref('mart_portfolio_scenario') }})

select
    results.scenario_code,
    scenarios.scenario_label,
    scenarios.scenario_rank,
    results.step_number,
    {{ from_thousandths('results.effort_budget_thousandths') }} as effort_budget_total,
    results.status_code,
    {{ search_status_label('results.status_code') }} as status_label,
    {{ from_thousandths('results.gap_thousandths') }} as gap_total,
    results.selected_count,
    case when results.status_code in ('optimal', 'non_prouve')
        then {{ from_thousandths('results.impact_thousandths') }} end as impact_total,
    case when results.status_code in ('optimal', 'non_prouve')
        then {{ from_thousandths('results.effort_thousandths') }} end as effort_total,
    scenarios.is_demonstration
from results
inner join scenarios using (scenario_code)
