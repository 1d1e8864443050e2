with
    source as (select * from {{ source('referential', 'legal_statuses') }})

select
    code as legal_status_code,
    sector_code
from source
