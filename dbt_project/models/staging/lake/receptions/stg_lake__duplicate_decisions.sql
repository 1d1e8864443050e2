with
    source as (select * from {{ source('lake', 'duplicate_decisions') }})

select
    decision_number,
    use_case_code,
    other_code,
    decision_code,
    decided_by,
    decided_on,
    reason
from source
