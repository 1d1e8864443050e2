with
    assessments as (select * from {{ ref('int_assessment') }}),
    questions as (select * from {{ ref('int_question_asked') }}),
    answers as (select * from {{ ref('stg_lake__answers') }}),
    level_values as (select * from {{ ref('int_level_value') }})

select
    assessments.assessment_id,
    questions.criterion_code,
    questions.subcriterion_code,
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
