with
    cartography as (select * from {{ ref('mart_cartography') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    use_case_organisations as (select * from {{ ref('int_use_case_organisation') }}),
    sources as (select * from {{ ref('dim_source') }}),
    totals as (select source_code, count(*) as total_count from {{ ref('dim_use_case') }} group by source_code),

    possible as (
        select 'function' as comparison_code, 'Fonction IA' as comparison_label, function_label as value_label,
            function_rank as value_rank
        from {{ ref('dim_function') }}
        union all
        select 'axis', 'Axe', axis_label, axis_rank from {{ ref('dim_axis') }}
        union all
        select 'status', 'Statut le plus avancé', status_label, status_rank from {{ ref('dim_project_status') }}
        union all
        select 'function', 'Fonction IA', {{ unknown_function() }}, 98
        union all
        select 'function', 'Fonction IA', {{ no_function() }}, 99
        union all
        select 'axis', 'Axe', {{ no_axis() }}, 99
        union all
        select 'status', 'Statut le plus avancé', {{ no_status() }}, 98
        union all
        select 'status', 'Statut le plus avancé', {{ no_project() }}, 99
    ),

    most_advanced as (
        select use_cases.source_code, coalesce(use_case_organisations.status_label, {{ no_project() }}) as status_label
        from use_cases
        left join use_case_organisations using (use_case_code)
        qualify row_number() over (
            partition by use_cases.use_case_code
            order by use_case_organisations.advancement desc nulls last, use_case_organisations.organisation_code
        ) = 1
    ),

    counted as (
        select source_code, 'function' as comparison_code, function_label as value_label,
            count(distinct use_case_code) as use_case_count
        from cartography
        group by source_code, function_label
        union all
        select source_code, 'axis', axis_label, count(distinct use_case_code)
        from cartography
        group by source_code, axis_label
        union all
        select source_code, 'status', status_label, count(*) from most_advanced group by source_code, status_label
    )

select
    sources.source_code,
    sources.source_label,
    possible.comparison_code,
    possible.comparison_label,
    possible.value_label,
    possible.value_rank,
    case when possible.value_rank < 90 then possible.value_rank || '. ' else '' end
        || possible.value_label as placed_value_label,
    coalesce(counted.use_case_count, 0) as use_case_count,
    {{ share('coalesce(counted.use_case_count, 0)', 'totals.total_count') }} as use_case_share
from sources
cross join possible
left join totals using (source_code)
left join counted using (source_code, comparison_code, value_label)
