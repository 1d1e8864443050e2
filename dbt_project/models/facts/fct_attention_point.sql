with
    answers as (select * from {{ ref('fct_assessment_answer') }}),
    questions as (select * from {{ ref('dim_question') }} where question_kind = 'attention_point'),
    levels as (select * from {{ ref('stg_referential__scale_levels') }})

select
    answers.organisation_code,
    answers.campaign_code,
    answers.use_case_code,
    answers.question_code,
    answers.level_code,
    levels.level_rank,
    count(*) as answer_count,
    bool_or(answers.is_demonstration) as is_demonstration
from answers
inner join questions using (question_code)
inner join levels on questions.scale_code = levels.scale_code and answers.level_code = levels.level_code
group by
    answers.organisation_code,
    answers.campaign_code,
    answers.use_case_code,
    answers.question_code,
    answers.level_code,
    levels.level_rank
