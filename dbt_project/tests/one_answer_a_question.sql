{{ config(meta={'dagster': {'ref': {'name': 'int_keyed_answer'}}}) }}

-- An assessment answers a question once. Looked at in what this pass wrote: the rest was looked at when it was.
with
    answers as (
        select * from {{ ref('int_keyed_answer') }} where {{ in_touched('reply') }}
    ),
    kinds as (select * from {{ ref('int_answer_kind') }})

select answers.assessment_key, kinds.question_code, count(*) as answer_count
from answers
left join kinds using (kind_key)
group by answers.assessment_key, kinds.question_code
having count(*) > 1 or kinds.question_code is null
