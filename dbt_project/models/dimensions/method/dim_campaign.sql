with
    source as (select * from {{ source('referential', 'campaigns') }})

select
    code as campaign_code,
    label as campaign_label,
    {{ unique_title('label', 'code') }} as campaign_title,
    origin as origin_code,
    opens as opens_on,
    deadline as deadline_on,
    coalesce(deadline, opens) as reference_on,
    cast(row_number() over (order by opens nulls first, code) as integer) as campaign_rank,
    coalesce(is_demonstration, false) as is_demonstration
from source
