{{ config(meta={'unmoved_by': ['int_submission_counted']}) }}

with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    use_cases as (select * from {{ ref('stg_lake__use_cases') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    counted as (
        select
            use_cases.* replace (coalesce(canonical.canonical_code, use_cases.use_case_code) as use_case_code),
            use_cases.use_case_code as written_code,
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from use_cases
        inner join submissions using (reception_number)
        left join canonical using (use_case_code)
    )

-- among merged use cases, the one whose code is kept describes them all as long as somebody describes it
select
    *,
    row_number() over (
        partition by use_case_code
        order by written_code = use_case_code desc, reception_number desc, row_number desc, sheet
    ) = 1 as is_latest
from counted
