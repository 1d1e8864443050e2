{{ config(materialized='ephemeral') }}

with
    use_cases as (select * from {{ ref('dim_use_case') }}),
    bridge as (select * from {{ ref('bridge_use_case_function') }}),
    functions as (select * from {{ ref('dim_function') }})

select
    use_cases.use_case_code,
    bridge.function_code,
    coalesce(functions.function_label, {{ no_function() }}) as function_label,
    coalesce(functions.function_rank, 99) as function_rank
from use_cases
left join bridge using (use_case_code)
left join functions using (function_code)
