with
    source as (select * from {{ source('referential', 'use_case_techniques') }})

select
    use_case_code,
    technique_code,
    origin as origin_code
from source
