with
    source as (select * from {{ source('lake', 'assessments') }})

select
    reception_number,
    sheet,
    row_number,
    assessor_code,
    role_code,
    use_case_code,
    assessed_on
from source
