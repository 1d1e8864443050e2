{{ config(materialized='replaced_view') }}

with
    matrix as (select * from {{ ref('mart_portfolio_matrix') }}),
    use_case_functions as (select * from {{ ref('bridge_use_case_function') }}),
    functions as (select * from {{ ref('dim_function') }})

select
    matrix.*,
    use_case_functions.function_code,
    coalesce(functions.function_label, {{ no_function() }}) as function_label
from matrix
left join use_case_functions using (use_case_code)
left join functions using (function_code)
