with
    source as (select * from {{ source('referential', 'campaigns') }})

select
    code as campaign_code,
    label as campaign_label,
    origin as origin_code,
    opens as opens_on,
    deadline as deadline_on,
    coalesce(is_demonstration, false) as is_demonstration
from source
