with
    assessments as (
        select reply_key, group_key, assessment_key
        from {{ ref('int_assessment') }}
        where {{ in_touched('reply') }}
    ),
    assessor_scores as (
        select * exclude (reply_key) from {{ ref('int_keyed_assessor_criterion') }} where {{ in_touched('reply') }}
    )

select
    any_value(assessments.reply_key) as reply_key,
    assessments.group_key,
    assessor_scores.criterion_number,
    {% for value in ['score', 'low', 'high', 'completeness'] -%}
    {{ mean_millionths(value ~ '_millionths') }} as {{ value }}_millionths,
    {% endfor -%}
    count(score_millionths) as assessor_count
from assessor_scores
inner join assessments using (assessment_key)
group by assessments.group_key, assessor_scores.criterion_number
-- in the order of campaigns: a pass steps over the blocks of the others
order by assessments.group_key
