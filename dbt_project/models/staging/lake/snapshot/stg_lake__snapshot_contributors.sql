with
    source as (select * from {{ source('lake', 'snapshot_contributors') }})

select
    campaign_code,
    perimeter_code,
    use_case_code,
    organisation_code,
    behind_number as behind_reception
from source
