with
    techniques as (select * from {{ source('referential', 'techniques') }}),
    families as (select * from {{ source('referential', 'technique_families') }})

select
    techniques.code as technique_code,
    techniques.label as technique_label,
    techniques.origin as origin_code,
    techniques.rank as technique_rank,
    techniques.family_code,
    families.label as family_label,
    techniques.valid_from,
    techniques.valid_to
from techniques
left join families on techniques.family_code = families.code
