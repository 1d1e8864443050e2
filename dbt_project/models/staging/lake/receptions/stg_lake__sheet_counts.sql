with
    source as (select * from {{ source('lake', 'sheet_counts') }})

select
    reception_number,
    sheet,
    read_count,
    taken_count,
    rejected_count,
    ignored_count
from source
