{{ config(materialized='replaced_view') }}

with
    use_cases as (select * from {{ ref('mart_open_use_case') }}),
    use_case_functions as (select * from {{ ref('bridge_use_case_function') }})

select use_case_functions.use_case_code, use_case_functions.function_code
from use_case_functions
semi join use_cases using (use_case_code)
