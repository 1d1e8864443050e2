with
    source as (select * from {{ source('lake', 'set_aside') }})

select
    reception_number,
    reason
from source
