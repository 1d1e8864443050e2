with
    segments as (select * from {{ ref('stg_referential__segments') }})

select * from segments
