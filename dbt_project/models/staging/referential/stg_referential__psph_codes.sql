with
    source as (select * from {{ source('referential', 'psph_codes') }})

select
    code as psph_code,
    sector_code
from source
