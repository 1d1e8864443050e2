with
    source as (select * from {{ source('lake', 'inventory_attributes') }})

select
    source_code,
    use_case_code,
    dimension as dimension_code,
    attribute_code
from source
