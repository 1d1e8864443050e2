with
    source as (select * from {{ source('referential', 'use_case_learning_types') }})

select
    use_case_code,
    learning_type_code,
    origin as origin_code
from source
