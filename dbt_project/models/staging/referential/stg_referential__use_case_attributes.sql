with
    functions as (select * from {{ source('referential', 'use_case_functions') }}),
    techniques as (select * from {{ source('referential', 'use_case_techniques') }}),
    learning_types as (select * from {{ source('referential', 'use_case_learning_types') }})

select use_case_code, 'function' as dimension_code, function_code as attribute_code, origin as origin_code
from functions
union all
select use_case_code, 'technique', technique_code, origin from techniques
union all
select use_case_code, 'learning_type', learning_type_code, origin from learning_types
