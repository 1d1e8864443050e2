with
    sectors as (select * from {{ ref('stg_referential__sectors') }})

select * from sectors
