with
    results as (select * from {{ ref('stg_analysis__portfolio_scenario') }}),
    scenarios as (select * from {{ ref('stg_referential__scenarios') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }})

select
    results.scenario_code,
    scenarios.scenario_label,
    scenarios.scenario_rank,
    results.campaign_code,
    campaigns.campaign_title as campaign_label,
    results.profile_code,
    profiles.profile_label,
    results.perimeter_code,
    coalesce(perimeters.perimeter_label, results.perimeter_code) as perimeter_label,
    scenarios.effort_budget_total,
    scenarios.cost_budget_eur,
    results.status_code,
    {{ search_status_label('results.status_code') }} as status_label,
    {{ from_thousandths('results.gap_thousandths') }} as gap_total,
    results.candidate_count,
    results.selected_count,
    {{ from_thousandths('results.impact_thousandths') }} as impact_total,
    {{ from_thousandths('results.effort_thousandths') }} as effort_total,
    {{ from_cents('results.cost_cents') }} as cost_eur,
    results.greedy_count,
    {{ from_thousandths('results.greedy_impact_thousandths') }} as greedy_impact_total,
    {{ from_thousandths('results.greedy_effort_thousandths') }} as greedy_effort_total,
    results.is_greedy_feasible,
    case
        when results.is_greedy_feasible and results.impact_thousandths >= results.greedy_impact_thousandths
            then {{ share('results.impact_thousandths - results.greedy_impact_thousandths',
                'results.greedy_impact_thousandths') }}
    end as gain_over_greedy_share,
    results.conflict_text,
    campaigns.is_demonstration
from results
inner join scenarios using (scenario_code)
inner join campaigns using (campaign_code)
inner join profiles using (profile_code)
left join perimeters using (perimeter_code)
