with
    assessments as (select * from {{ ref('int_assessment') }}),
    questions as (select * from {{ ref('int_question_asked') }}),
    answers as (select * from {{ ref('stg_lake__answers') }}),
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
    ),

    level_values as (
        select scale_code, level_code, '+' as polarity, value_score from upward
        union all
        select scale_code, level_code, '-', cast(100 - value_score as decimal(9, 6)) from upward
    )

select
    assessments.assessment_id,
    questions.criterion_code,
    questions.subcriterion_code,
    answers.level_code,
    answers.answer_text,
    answers.cell,
    level_values.value_score
from assessments
inner join questions using (campaign_code)
left join answers
    on assessments.reception_number = answers.reception_number
    and assessments.sheet = answers.sheet
    and assessments.row_number = answers.row_number
    and questions.subcriterion_code = answers.question_code
left join level_values
    on questions.scale_code = level_values.scale_code
    and questions.polarity = level_values.polarity
    and answers.level_code = level_values.level_code
