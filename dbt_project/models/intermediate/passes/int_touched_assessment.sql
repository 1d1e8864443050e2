{{ config(materialized='incremental') }}

with
    touched as (select * from {{ ref('int_touched_group') }}),

    before as (
        {% if is_incremental() -%}
        select assessment_key, group_key, assessor_code from {{ sibling('int_assessment') }}
        {%- else -%}
        select cast(null as bigint) as assessment_key, group_key, assessor_code from touched where false
        {%- endif %}
    )

select before.assessment_key
from before
semi join touched using (group_key, assessor_code)
