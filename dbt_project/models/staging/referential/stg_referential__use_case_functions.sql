with
    source as (select * from {{ source('referential', 'use_case_functions') }})

select
    use_case_code,
    function_code,
    origin as origin_code
from source
