with
    source as (select * from {{ source('lake', 'receptions') }})

select
    reception_number,
    folder as organisation_folder,
    file_name,
    content_sha256,
    byte_count,
    received_at,
    verdict_code
from source
