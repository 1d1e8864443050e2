with
    source as (select * from {{ source('referential', 'aggregate_categories') }})

select
    code as aggregate_category_code,
    is_health_establishment
from source
