with
    assessments as (
        select reply_key, group_key, assessment_key
        from {{ ref('int_assessment') }}
        where {{ in_touched('reply') }}
    ),
    assessor_scores as (
        select * exclude (reply_key) from {{ ref('int_keyed_assessor_side') }} where {{ in_touched('reply') }}
    )

select
    any_value(assessments.reply_key) as reply_key,
    assessments.group_key,
    assessor_scores.profile_number,
    {% for side in ['impact', 'effort'] -%}
    {%- for value in ['score', 'low', 'high', 'completeness'] -%}
    {{ mean_millionths(side ~ '_' ~ value ~ '_millionths') }} as {{ side }}_{{ value }}_millionths,
    {% endfor -%}
    min({{ side }}_score_millionths) as {{ side }}_min_millionths,
    max({{ side }}_score_millionths) as {{ side }}_max_millionths,
    {{ deviation_millionths(side ~ '_score_millionths') }} as {{ side }}_stddev_millionths,
    count({{ side }}_score_millionths) as {{ side }}_count,
    {% endfor -%}
    count(*) as assessor_count
from assessor_scores
inner join assessments using (assessment_key)
group by assessments.group_key, assessor_scores.profile_number
-- in the order of campaigns: a pass steps over the blocks of the others
order by assessments.group_key
