with
    sources as (select * from {{ ref('stg_referential__sources') }})

select * from sources
