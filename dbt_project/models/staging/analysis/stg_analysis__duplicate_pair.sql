with
    source as (select * from {{ source('analysis', 'duplicate_pair') }})

select
    use_case_code,
    use_case_label,
    owner_label,
    other_code,
    other_label,
    other_owner_label,
    likeness,
    reasons,
    decision_code,
    decided_by,
    decided_on,
    decision_reason,
    suggestions
from source
