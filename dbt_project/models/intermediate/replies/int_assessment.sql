with
    touched as (select * from {{ ref('int_touched_reply') }} where is_touched),
    -- read twice rather than kept: each reading then takes the receptions that it joins
    assessments as not materialized (select * from {{ ref('stg_lake__assessments') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    submissions as (
        select submissions.*, touched.reply_key
        from {{ ref('int_submission_counted') }} as submissions
        inner join touched using (organisation_code, campaign_code)
    ),

    sheets as (
        select
            reception_number,
            sheet,
            dense_rank() over (partition by reception_number order by sheet) - 1 as sheet_rank
        from assessments
        semi join submissions using (reception_number)
        group by reception_number, sheet
    ),

    competing as (
        select
            {{ assessment_key('assessments.reception_number', 'sheets.sheet_rank', 'assessments.row_number') }}
                as assessment_key,
            assessments.* replace (coalesce(canonical.canonical_code, assessments.use_case_code) as use_case_code),
            assessments.use_case_code as written_code,
            submissions.reply_key,
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from assessments
        inner join submissions using (reception_number)
        inner join sheets using (reception_number, sheet)
        left join canonical using (use_case_code)
    )

select
    concat_ws('|', organisation_code, campaign_code, use_case_code, assessor_code) as assessment_id,
    {{ group_key('organisation_code', 'campaign_code', 'use_case_code') }} as group_key,
    *
from competing
qualify row_number() over (
    partition by organisation_code, campaign_code, use_case_code, assessor_code
    order by reception_number desc, row_number desc, sheet
) = 1
-- in the order of campaigns: a pass steps over the blocks of the others
order by reply_key, assessment_key
