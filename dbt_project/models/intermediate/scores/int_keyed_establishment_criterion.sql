{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_group', 'key': 'group_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_group') }}
with
    assessments as (select assessment_key, group_key from {{ touched_assessments() }}),
    assessor_scores as (select * from {{ ref('int_keyed_assessor_criterion') }})

select
    assessments.group_key,
    assessor_scores.criterion_number,
    {% for value in ['score', 'low', 'high', 'completeness'] -%}
    {{ mean_millionths(value ~ '_millionths') }} as {{ value }}_millionths,
    {% endfor -%}
    count(score_millionths) as assessor_count
from assessor_scores
inner join assessments using (assessment_key)
group by assessments.group_key, assessor_scores.criterion_number
