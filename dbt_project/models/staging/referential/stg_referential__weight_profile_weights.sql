with
    source as (select * from {{ source('referential', 'weight_profile_weights') }})

select
    profile_code,
    criterion_code,
    cast(round(cast(weight as decimal(18, 3)) * 1000) as bigint) as weight_thousandths
from source
