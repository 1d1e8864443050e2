with
    source as (select * from {{ source('lake', 'project_statuses') }})

select
    reception_number,
    sheet,
    row_number,
    use_case_code,
    solution_code,
    status_code,
    reached_on,
    cell
from source
