with
    learning_types as (select * from {{ ref('stg_referential__learning_types') }})

select * from learning_types
