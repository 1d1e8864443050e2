{{ config(materialized='incremental') }}

{% if not is_incremental() -%}
-- depends_on: {{ ref('int_reception_change') }}, {{ ref('int_use_case_change') }}, {{ ref('stg_lake__assessments') }}
select '' as organisation_code, '' as campaign_code, '' as use_case_code, {{ group_key("''", "''", "''") }} as group_key
where false
{%- else -%}
with
    receptions as (select * from {{ ref('int_reception_change') }}),
    use_cases as (select * from {{ ref('int_use_case_change') }}),
    assessments as (select * from {{ ref('stg_lake__assessments') }}),
    before as (select * from {{ sibling('int_assessment') }}),

    come as (
        select assessments.reception_number, assessments.use_case_code
        from assessments
        semi join receptions on assessments.reception_number = receptions.reception_number
            and receptions.is_counted and receptions.is_changed
    ),

    renamed as (
        select assessments.reception_number, assessments.use_case_code
        from assessments
        semi join use_cases on assessments.use_case_code = use_cases.use_case_code and use_cases.is_changed
    ),

    now_said as (
        select
            receptions.organisation_code,
            receptions.campaign_code,
            coalesce(use_cases.canonical_code, said.use_case_code) as use_case_code
        from (select * from come union select * from renamed) as said
        inner join receptions on said.reception_number = receptions.reception_number and receptions.is_counted
        left join use_cases on said.use_case_code = use_cases.use_case_code
    ),

    said_before as (
        select before.organisation_code, before.campaign_code, before.use_case_code
        from before
        semi join receptions on before.reception_number = receptions.reception_number and receptions.is_changed
        union
        select before.organisation_code, before.campaign_code, before.use_case_code
        from before
        semi join use_cases on before.written_code = use_cases.use_case_code and use_cases.is_changed
    ),

    touched as (
        select * from now_said
        union
        select * from said_before
    )

select *, {{ group_key('organisation_code', 'campaign_code', 'use_case_code') }} as group_key from touched
{%- endif %}
