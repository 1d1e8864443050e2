{{ config(materialized='ephemeral') }}

with
    scale_levels as (select * from {{ ref('stg_referential__scale_levels') }}),

    ordered as (
        select
            scale_code,
            level_code,
            row_number() over (partition by scale_code order by level_rank, level_code) - 1 as step,
            count(*) over (partition by scale_code) - 1 as last_step
        from scale_levels
    ),

    upward as (
        select
            scale_code,
            level_code,
            {{ from_millionths(divide_half_up('100000000 * step', 'last_step')) }} as value_score
        from ordered
    )

select scale_code, level_code, '+' as polarity, value_score from upward
union all
select scale_code, level_code, '-', cast(100 - value_score as decimal(9, 6)) from upward
