{{ config(materialized='incremental') }}

{% if not is_incremental() -%}
-- depends_on: {{ ref('int_reception_change') }}, {{ ref('int_use_case_change') }}, {{ ref('int_use_case_mention') }}
select '' as organisation_code, '' as campaign_code, '' as use_case_code, '' as assessor_code,
    {{ group_key("''", "''", "''") }} as group_key
where false
{%- else -%}
with
    receptions as (select * from {{ ref('int_reception_change') }}),
    use_cases as (select * from {{ ref('int_use_case_change') }}),
    mentions as (select * from {{ ref('int_use_case_mention') }}),

    -- what a reception says, whether it comes or goes; and whatever names a use case whose canonical code is another
    said as (
        select * from mentions semi join (from receptions where is_changed) using (reception_number)
        union
        select * from mentions semi join (from use_cases where is_changed) using (use_case_code)
    ),

    -- under the code that counts now, and under the one that did
    touched as (
        select
            receptions.organisation_code,
            receptions.campaign_code,
            unnest([
                coalesce(use_cases.canonical_code, said.use_case_code),
                coalesce(use_cases.previous_code, said.use_case_code)
            ]) as use_case_code,
            said.assessor_code
        from said
        inner join receptions using (reception_number)
        left join use_cases on said.use_case_code = use_cases.use_case_code
    )

select distinct *, {{ group_key('organisation_code', 'campaign_code', 'use_case_code') }} as group_key from touched
{%- endif %}
