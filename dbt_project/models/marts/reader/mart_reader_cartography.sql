{{ config(materialized='view') }}

with
    cartography as (select * from {{ ref('mart_cartography') }}),
    use_cases as (select use_case_code from {{ ref('dim_use_case') }} where not is_confidential)

select
    cartography.use_case_code,
    cartography.use_case_title,
    cartography.axis_code,
    cartography.axis_label,
    cartography.axis_rank,
    cartography.segment_label,
    cartography.function_code,
    cartography.function_label,
    cartography.function_rank,
    cartography.organisation_code,
    cartography.organisation_label,
    cartography.status_label,
    cartography.status_rank,
    cartography.is_deployed,
    cartography.evidence_label,
    cartography.is_demonstration
from cartography
semi join use_cases on cartography.use_case_code = use_cases.use_case_code
where cartography.source_code = '{{ var("own_source_code") }}'
