{{ config(meta={'dagster': {'ref': {'name': 'mart_inventory_comparison'}}}) }}

-- By axis and by status, each use case of a source counts once; by axis the key figures say the same.
with
    use_cases as (
        select source_code, count(*) as use_case_count from {{ ref('dim_use_case') }} group by source_code
    ),

    sums as (
        select source_code, comparison_code, sum(use_case_count) as use_case_count
        from {{ ref('mart_inventory_comparison') }}
        where comparison_code in ('axis', 'status')
        group by source_code, comparison_code
        union all
        select source_code, figure_code, sum(value_count)
        from {{ ref('mart_key_figures') }}
        where figure_code in ('AXIS_SHARE', 'USE_CASES')
        group by source_code, figure_code
    )

select sums.*, use_cases.use_case_count as expected_count
from sums
left join use_cases using (source_code)
where sums.use_case_count <> coalesce(use_cases.use_case_count, 0)
