with
    source as (select * from {{ source('referential', 'use_cases') }})

select
    code as use_case_code,
    label as use_case_label,
    origin as origin_code,
    axis_code,
    axis_origin as axis_origin_code,
    segment_code,
    segment_origin as segment_origin_code,
    domain_code,
    need,
    rank as use_case_rank,
    valid_from,
    valid_to
from source
