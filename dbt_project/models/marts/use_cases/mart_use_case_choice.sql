{{ config(materialized='replaced_view') }}

-- What filters offer: the use cases that somebody involves in a campaign, which are those of the matrix.
with
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    use_case_functions as (select * from {{ ref('bridge_use_case_function') }}),
    functions as (select * from {{ ref('dim_function') }})

select
    use_cases.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_code,
    use_cases.axis_label,
    use_cases.axis_rank,
    use_case_functions.function_code,
    coalesce(functions.function_label, {{ no_function() }}) as function_label,
    use_cases.is_demonstration
from use_cases
semi join involvements using (use_case_code)
left join use_case_functions using (use_case_code)
left join functions using (function_code)
