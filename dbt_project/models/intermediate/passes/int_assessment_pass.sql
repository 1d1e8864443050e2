{{ config(materialized='incremental') }}

with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    -- read twice rather than kept: each reading then takes the receptions that it joins
    assessments as not materialized (select * from {{ ref('stg_lake__assessments') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),
    touched as (select * from {{ ref('int_touched_group') }}),

    {% if is_incremental() -%}
    read_again as (
        select submissions.*
        from submissions
        semi join touched using (organisation_code, campaign_code)
    ),
    {%- else -%}
    read_again as (select * from submissions),
    {%- endif %}

    sheets as (
        select
            reception_number,
            sheet,
            dense_rank() over (partition by reception_number order by sheet) - 1 as sheet_rank
        from assessments
        semi join read_again using (reception_number)
        group by reception_number, sheet
    ),

    counted as (
        select
            {{ assessment_key('assessments.reception_number', 'sheets.sheet_rank', 'assessments.row_number') }}
                as assessment_key,
            assessments.* replace (coalesce(canonical.canonical_code, assessments.use_case_code) as use_case_code),
            assessments.use_case_code as written_code,
            read_again.organisation_code,
            read_again.campaign_code,
            read_again.is_demonstration
        from assessments
        inner join read_again using (reception_number)
        inner join sheets using (reception_number, sheet)
        left join canonical using (use_case_code)
    ),

    competing as (
        select
            *,
            {{ group_key('organisation_code', 'campaign_code', 'use_case_code') }} as group_key
        from counted
        {% if is_incremental() -%}
        semi join touched using (organisation_code, campaign_code, use_case_code, assessor_code)
        {%- endif %}
    )

select
    concat_ws('|', organisation_code, campaign_code, use_case_code, assessor_code) as assessment_id,
    *
from competing
qualify row_number() over (
    partition by organisation_code, campaign_code, use_case_code, assessor_code
    order by reception_number desc, row_number desc, sheet
) = 1
