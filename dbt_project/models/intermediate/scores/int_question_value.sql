with
    questions as (select * from {{ ref('int_question_asked') }}),
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
            {{ stored_millionths(divide_half_up('100000000 * step', 'last_step')) }} as value_millionths
        from ordered
    )

select
    questions.campaign_rank,
    questions.subcriterion_code as question_code,
    upward.level_code,
    case when questions.polarity = '-' then 100000000 - upward.value_millionths
        else upward.value_millionths end as value_millionths
from questions
inner join upward using (scale_code)
