{{ config(materialized='incremental') }}

with
    touched as (select * from {{ ref('int_touched_group') }}),

    before as (
        {% if is_incremental() -%}
        select assessment_key, group_key from {{ sibling('int_assessment') }}
        {%- else -%}
        select cast(null as bigint) as assessment_key, group_key from touched where false
        {%- endif %}
    )

select before.assessment_key
from before
semi join touched on before.group_key = touched.group_key
