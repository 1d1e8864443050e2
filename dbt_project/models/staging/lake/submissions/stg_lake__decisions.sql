with
    source as (select * from {{ source('lake', 'decisions') }})

select
    reception_number,
    sheet,
    row_number,
    use_case_code,
    perimeter_code,
    committee_on,
    outcome_code,
    reason,
    decider_role_code,
    next_review_on,
    coalesce(is_withdrawal, false) as is_withdrawal,
    cell
from source
