with
    source as (select * from {{ source('lake', 'solutions') }})

select
    reception_number,
    sheet,
    row_number,
    solution_code,
    solution_label,
    supplier,
    way_code,
    kind_code,
    hosting,
    machine_capacity,
    data_prerequisite,
    interoperability,
    has_ce_mark,
    ai_act_class,
    is_hds_hosted
from source
