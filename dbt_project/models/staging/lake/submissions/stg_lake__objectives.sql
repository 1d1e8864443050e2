with
    source as (select * from {{ source('lake', 'objectives') }})

select
    reception_number,
    sheet,
    row_number,
    use_case_code,
    indicator,
    baseline,
    target,
    observed,
    observed_on
from source
