with
    project_statuses as (select * from {{ ref('stg_referential__project_statuses') }})

select * from project_statuses
