with
    source as (select * from {{ source('lake', 'answers') }})

select
    reception_number,
    sheet,
    row_number,
    question_code,
    level_code,
    answer_text,
    cell
from source
