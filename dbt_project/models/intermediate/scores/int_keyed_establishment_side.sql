{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_group', 'key': 'group_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_group') }}
with
    assessments as (select assessment_key, group_key from {{ touched_assessments() }}),
    assessor_scores as (select * from {{ ref('int_keyed_assessor_side') }})

select
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
