{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_group', 'key': 'group_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_group') }}
select distinct group_key, organisation_code, campaign_code, use_case_code from {{ touched_assessments() }}
