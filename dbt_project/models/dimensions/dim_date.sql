with
    used as (
        select opens_on as date_day from {{ ref('dim_campaign') }}
        union
        select deadline_on from {{ ref('dim_campaign') }}
        union
        select submitted_on from {{ ref('fct_submission') }}
        union
        select received_on from {{ ref('fct_submission') }}
        union
        select assessed_on from {{ ref('int_assessment') }}
        union
        select reached_on from {{ ref('int_project_status') }}
    ),

    plausible as (
        select
            date_trunc('year', min(date_day)) as first_day,
            date_trunc('year', max(date_day)) + interval 1 year - interval 1 day as last_day
        from used
        where date_day between date '2000-01-01' and date '2099-12-31'
    ),

    calendar as (
        select cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as date_day from plausible
    ),

    days as (
        select date_day from calendar
        union
        select date_day from used where date_day is not null
    )

select
    date_day,
    cast(year(date_day) as integer) as year_number,
    cast(quarter(date_day) as integer) as quarter_number,
    cast(month(date_day) as integer) as month_number,
    strftime(date_day, '%Y-%m') as year_month,
    list_extract(
        ['janvier', 'février', 'mars', 'avril', 'mai', 'juin',
            'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
        month(date_day)
    ) as month_label
from days
