with
    use_case_rows as (select * from {{ ref('int_use_case_row') }}),

    -- one figure of each establishment, use case and campaign
    latest as (
        select *
        from use_case_rows
        qualify row_number() over (
            partition by organisation_code, campaign_code, use_case_code
            order by written_code = use_case_code desc, reception_number desc, row_number desc, sheet
        ) = 1
    ),

    measured as (
        select
            *,
            {{ exact('minutes_per_day_count', 6) }} as minutes_per_day,
            {{ exact('cost_eur', 2) }} as exact_cost_eur,
            {{ exact('yearly_gain_eur', 2) }} as exact_yearly_gain_eur,
            {{ exact('declared_hours_per_day_count', 6) }} as declared_hours_per_day
        from latest
    ),

    -- minutes of one person × people / 60, in millionths of an hour
    derived as (
        select
            *,
            cast(cast({{ divide_half_up(
                'cast(minutes_per_day * 1000000 as hugeint) * people_count', 'cast(60 as hugeint)'
            ) }} as decimal(24, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(24, 6)) as hours_per_day
        from measured
    )

select
    organisation_code,
    campaign_code,
    use_case_code,
    minutes_per_day,
    people_count,
    hours_per_day,
    declared_hours_per_day,
    cast(declared_hours_per_day - hours_per_day as decimal(25, 6)) as hours_gap,
    -- an hour of difference is a matter of rounding
    abs(declared_hours_per_day - hours_per_day) <= 1 as is_declared_right,
    exact_cost_eur as cost_eur,
    exact_yearly_gain_eur as yearly_gain_eur,
    is_confidential,
    is_demonstration,
    reception_number,
    sheet,
    row_number
from derived
where
    minutes_per_day is not null
    or people_count is not null
    or declared_hours_per_day is not null
    or exact_cost_eur is not null
    or exact_yearly_gain_eur is not null
