{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_assessment', 'key': 'assessment_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_assessment') }}
select * from {{ ref('int_assessment_pass') }}
