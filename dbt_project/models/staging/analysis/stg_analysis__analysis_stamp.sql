with
    source as (select * from {{ source('analysis', 'analysis_stamp') }})

select
    analysis_code,
    part_code,
    inputs_sha256,
    described_release
from source
