with
    axes as (select * from {{ ref('stg_referential__axes') }})

select * from axes
