{{ config(materialized='replaced_view') }}

-- Beside the decisions that hold stands what each scenario of their perimeter would choose; here, and not in
-- mart_decision, because portfolios are computed after a publication.
with
    decisions as (select * from {{ ref('mart_decision') }} where is_latest),
    selections as (select * from {{ ref('mart_portfolio_selection') }}),
    scenarios as (select * from {{ ref('mart_portfolio_scenario') }})

select
    selections.scenario_code,
    selections.scenario_label,
    selections.scenario_rank,
    decisions.use_case_code,
    decisions.use_case_title,
    decisions.is_confidential,
    decisions.perimeter_code,
    decisions.perimeter_label,
    decisions.committee_on,
    decisions.outcome_code,
    decisions.outcome_label,
    decisions.outcome_rank,
    decisions.next_review_on,
    decisions.is_review_due,
    selections.is_selected,
    selections.selection_label,
    selections.reason_left_out,
    selections.core_share,
    decisions.is_selected <> selections.is_selected as is_against_selection,
    decisions.is_demonstration or selections.is_demonstration as is_demonstration
from decisions
inner join scenarios using (perimeter_code)
inner join selections
    on scenarios.scenario_code = selections.scenario_code
    and decisions.use_case_code = selections.use_case_code
