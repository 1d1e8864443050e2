{{ config(materialized='incremental', meta={'moved_by': ['receptions']}) }}

with
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    before as (
        {% if is_incremental() -%}
        select use_case_code, canonical_code from {{ this }} where canonical_code <> use_case_code
        {%- else -%}
        select use_case_code, canonical_code from canonical where false
        {%- endif %}
    ),

    codes as (
        select use_case_code from canonical
        union
        select use_case_code from before
    )

select
    codes.use_case_code,
    coalesce(canonical.canonical_code, codes.use_case_code) as canonical_code,
    coalesce(before.canonical_code, codes.use_case_code) as previous_code,
    coalesce(canonical.canonical_code, codes.use_case_code)
        <> coalesce(before.canonical_code, codes.use_case_code) as is_changed
from codes
left join canonical using (use_case_code)
left join before using (use_case_code)
