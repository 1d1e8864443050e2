with
    results as (select * from {{ ref('stg_analysis__agreement') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),

    scopes as (
        select 'use_case' as scope_kind, use_case_code as scope_code, use_case_title as scope_label
        from {{ ref('dim_use_case') }}
        union all
        select 'criterion', criterion_code, criterion_label from {{ ref('dim_criterion') }}
    )

select
    results.campaign_code,
    campaigns.campaign_title as campaign_label,
    results.perimeter_code,
    perimeters.perimeter_label,
    results.scope_kind,
    results.scope_code,
    scopes.scope_label,
    case when results.scope_kind = 'use_case' then scopes.scope_label end as use_case_title,
    results.alpha,
    results.alpha_absent_reason,
    results.pairable_count,
    campaigns.is_demonstration
from results
inner join scopes using (scope_kind, scope_code)
inner join campaigns using (campaign_code)
inner join perimeters using (perimeter_code)
