with
    receptions as (select * from {{ ref('stg_lake__receptions') }}),
    versions as (select * from {{ ref('stg_lake__organisation_versions') }}),
    deliveries as (select * from {{ ref('stg_lake__inventory_versions') }}),

    received as (
        select reception_number, received_at from receptions
        union
        select reception_number, received_at from versions where received_at is not null
        union
        select reception_number, received_at from deliveries where received_at is not null
    ),

    dated as (
        select
            reception_number,
            cast(received_at at time zone 'UTC' at time zone 'Europe/Paris' as date) as received_on
        from received
    )

-- numbers order, the clock does not: where it went back, a reception is of the latest day seen before it
select
    reception_number,
    max(received_on) over (order by reception_number rows between unbounded preceding and current row) as received_on
from dated
