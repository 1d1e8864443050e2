with
    matrix as (select * from {{ ref('mart_portfolio_matrix') }}),
    use_case_functions as (select * from {{ ref('int_use_case_function') }})

select
    matrix.*,
    use_case_functions.function_code,
    use_case_functions.function_label
from matrix
inner join use_case_functions using (use_case_code)
