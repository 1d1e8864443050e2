with
    techniques as (select * from {{ ref('stg_referential__techniques') }}),
    families as (select family_code, family_label from {{ ref('stg_referential__technique_families') }})

select
    techniques.*,
    families.family_label
from techniques
left join families using (family_code)
