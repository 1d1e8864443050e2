with
    source as (select * from {{ source('lake', 'problems') }})

select
    reception_number,
    sheet,
    row_number,
    column_label,
    cell,
    rule_code,
    severity as severity_code
from source
