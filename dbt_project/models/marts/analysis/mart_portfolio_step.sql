-- The portfolio of each budget, beside that of the budget before: what more effort brings in, and what it puts out.
with
    steps as (select * from {{ ref('stg_analysis__portfolio_step') }}),
    budgets as (select * from {{ ref('stg_analysis__portfolio_frontier') }}),
    scenarios as (select * from {{ ref('mart_portfolio_scenario') }}),
    selections as (select * from {{ ref('mart_portfolio_selection') }}),

    compared as (
        select
            *,
            coalesce(
                lag(is_selected) over (partition by scenario_code, use_case_code order by step_number), false
            ) as was_selected
        from steps
    )

select
    compared.scenario_code,
    scenarios.scenario_label,
    scenarios.scenario_rank,
    compared.step_number,
    {{ budget_label('budgets.effort_budget_thousandths', 'scenarios.effort_budget_total') }} as effort_budget_label,
    compared.use_case_code,
    selections.use_case_title,
    selections.axis_label,
    selections.is_candidate,
    compared.is_selected,
    case
        when compared.is_selected then 'Retenu'
        when selections.is_candidate then 'Non retenu'
        else 'Hors sélection'
    end as selection_label,
    case
        when compared.is_selected and compared.was_selected then 'Reste'
        when compared.is_selected then 'Entre'
        when compared.was_selected then 'Sort'
    end as change_label,
    compared.reason_left_out,
    selections.impact_score,
    selections.effort_score,
    selections.cost_eur,
    selections.core_share,
    selections.is_demonstration
from compared
inner join budgets using (scenario_code, step_number)
inner join scenarios using (scenario_code)
inner join selections using (scenario_code, use_case_code)
