with
    source as (select * from {{ source('lake', 'use_case_attributes') }})

select
    reception_number,
    sheet,
    row_number,
    use_case_code,
    dimension as dimension_code,
    attribute_code
from source
