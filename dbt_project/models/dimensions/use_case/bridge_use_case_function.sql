with
    attributes as (select * from {{ ref('int_use_case_attribute') }})

select
    use_case_code,
    attribute_code as function_code,
    origin_code
from attributes
where dimension_code = 'function'
