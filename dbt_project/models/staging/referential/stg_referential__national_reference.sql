with
    source as (select * from {{ source('referential', 'national_reference') }})

select
    figure_code,
    axis_code,
    origin as origin_code,
    value_count,
    cast(low_share as decimal(9, 6)) as low_share,
    cast(high_share as decimal(9, 6)) as high_share,
    note,
    source,
    observed_on
from source
