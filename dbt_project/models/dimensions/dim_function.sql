with
    functions as (select * from {{ ref('stg_referential__functions') }})

select * from functions
