with
    quadrants as (select * from {{ ref('stg_referential__quadrants') }})

select * from quadrants
