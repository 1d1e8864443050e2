with
    source as (select * from {{ source('lake', 'projects') }})

select
    reception_number,
    sheet,
    row_number,
    use_case_code,
    solution_code,
    sites,
    evidence_code,
    evidence_link,
    follow_up,
    end_reason
from source
