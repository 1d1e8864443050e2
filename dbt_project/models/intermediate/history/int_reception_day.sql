with
    receptions as (select * from {{ ref('stg_lake__receptions') }}),

    dated as (
        select
            reception_number,
            cast(received_at at time zone 'UTC' at time zone 'Europe/Paris' as date) as received_on
        from receptions
    )

-- numbers order, the clock does not: where it went back, a reception is of the latest day seen before it
select
    reception_number,
    max(received_on) over (order by reception_number rows between unbounded preceding and current row) as received_on
from dated
